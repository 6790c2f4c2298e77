// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/reports/calendar.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tollgate::reports {
namespace {

UtcTime at(const std::string& time) { return *from_rfc3339(time); }
TimeZone berlin() { return *TimeZone::load("Europe/Berlin"); }

std::string words(const ledger::Period& period) {
  return to_rfc3339(*period.from).substr(0, 16) + " " + to_rfc3339(*period.until).substr(0, 16);
}

TEST(Calendar, WeeksAreOfTheYearThatHasTheirThursday) {
  const TimeZone utc;
  EXPECT_EQ(week_label(at("2026-01-01T00:00:00Z"), utc), "2026-W01");
  EXPECT_EQ(week_label(at("2027-01-03T23:59:59Z"), utc), "2026-W53");
  EXPECT_EQ(week_label(at("2027-01-04T00:00:00Z"), utc), "2027-W01");
  EXPECT_EQ(week_label(at("2024-12-30T00:00:00Z"), utc), "2025-W01");
  EXPECT_EQ(week_label(at("2027-01-03T23:00:00Z"), berlin()), "2027-W01");
}

TEST(Calendar, AnHourThatComesTwiceHasTwoNames) {
  EXPECT_EQ(hour_label(at("2026-10-25T00:30:00Z"), berlin()), "2026-10-25T02:00+02:00");
  EXPECT_EQ(hour_label(at("2026-10-25T01:30:00Z"), berlin()), "2026-10-25T02:00+01:00");
}

TEST(Calendar, AMomentIsToldInItsZone) {
  EXPECT_EQ(moment_label(at("2026-10-25T01:07:59Z"), berlin()), "2026-10-25 02:07 +01:00");
  EXPECT_EQ(moment_label(at("2026-10-25T01:07:59Z"), TimeZone()), "2026-10-25 01:07 Z");
}

TEST(Calendar, MonthsAreWholeInTheirZone) {
  EXPECT_EQ(words(*month_named("2026-03", berlin())), "2026-02-28T23:00 2026-03-31T22:00");
  EXPECT_EQ(words(*month_named("2026-12", berlin())), "2026-11-30T23:00 2026-12-31T23:00");
  for (const char* const wrong : {"2026-13", "2026", "2026-1", "x", "2026-11-01"})
    EXPECT_FALSE(month_named(wrong, berlin())) << wrong;
}

TEST(Calendar, KnowsTheTimeBefore) {
  EXPECT_EQ(words(previous_of(*month_named("2026-03", berlin()), berlin())),
            "2026-01-31T23:00 2026-02-28T23:00");
  const ledger::Period quarter{month_named("2026-04", berlin())->from,
                               month_named("2026-06", berlin())->until};
  EXPECT_EQ(words(previous_of(quarter, berlin())), "2025-12-31T23:00 2026-03-31T22:00");
  const ledger::Period week{berlin().start_of(*parse_day("2026-03-30")),
                            berlin().start_of(*parse_day("2026-04-06"))};
  EXPECT_EQ(words(previous_of(week, berlin())), "2026-03-22T23:00 2026-03-29T22:00")
      << "seven days, one of which has 23 hours";
  EXPECT_EQ(words(previous_of({at("2026-03-01T10:00:00Z"), at("2026-03-01T12:00:00Z")}, berlin())),
            "2026-03-01T08:00 2026-03-01T10:00");
}

TEST(Calendar, OfATimeThatGoesOnAsMuchOfAnotherIsBesideIt) {
  const auto at = [](const char* text) { return *from_rfc3339(text); };
  const ledger::Period march = *month_named("2026-03", TimeZone());
  const ledger::Period february = *month_named("2026-02", TimeZone());
  const auto until = [&](const char* now) {
    return as_far(march, at(now), february, TimeZone()).until;
  };
  EXPECT_EQ(until("2026-03-11T07:29:59Z"), at("2026-02-11T07:15:00Z"));
  EXPECT_EQ(until("2026-03-01T00:00:01Z"), at("2026-02-01T00:15:00Z")) << "not nothing";
  EXPECT_EQ(until("2026-03-30T12:00:00Z"), at("2026-03-01T00:00:00Z")) << "it has no more days";
}

// 24 hours stood beside 13 hours and 47 minutes: the days were counted, and their time of day.
TEST(Calendar, OfATimeThatBeginsWithinADayAsMuchIsBesideItByTheClock) {
  const UtcTime now = at("2026-11-30T10:13:00Z");
  const ledger::Period since{now - std::chrono::hours(24), at("2026-12-03T00:00:00Z")};
  const ledger::Period before = previous_of(since, TimeZone());
  EXPECT_EQ(words(before), "2026-11-25T20:26 2026-11-29T10:13");
  EXPECT_EQ(words(as_far(since, now, before, TimeZone())), "2026-11-25T20:26 2026-11-26T20:26");
  EXPECT_EQ(as_far(since, *since.until, before, TimeZone()).until, since.from);
  const ledger::Period until_noon{at("2026-11-29T00:00:00Z"), at("2026-11-30T12:00:00Z")};
  EXPECT_EQ(words(as_far(until_noon, now, previous_of(until_noon, TimeZone()), TimeZone())),
            "2026-11-27T12:00 2026-11-28T22:13")
      << "the day begins the one and not the other";
}

TEST(Calendar, OfDaysThatGoOnAsManyAreBesideThemAcrossAnHourThatComesTwice) {
  const ledger::Period week{berlin().start_of(*parse_day("2026-10-25")),
                            berlin().start_of(*parse_day("2026-11-01"))};
  EXPECT_EQ(words(as_far(week, at("2026-10-26T09:00:00Z"), previous_of(week, berlin()), berlin())),
            "2026-10-17T22:00 2026-10-19T08:00");
}

}  // namespace
}  // namespace tollgate::reports
