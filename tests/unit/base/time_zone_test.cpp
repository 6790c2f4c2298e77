// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/base/time_zone.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

namespace tollgate {
namespace {

using namespace std::chrono_literals;

TimeZone zone(const std::string& name) {
  Result<TimeZone> out = TimeZone::load(name);
  EXPECT_TRUE(out) << name;
  return out ? *out : TimeZone();
}

std::string start(const std::string& name, Date date) {
  return to_rfc3339(zone(name).start_of(date)).substr(0, 19);
}

int hours(const std::string& name, Date date) {
  const TimeZone there = zone(name);
  const Date next = std::chrono::sys_days(date) + std::chrono::days(1);
  return static_cast<int>((there.start_of(next) - there.start_of(date)) / 1h);
}

TEST(TimeZone, UtcNeedsNoDatabase) {
  EXPECT_EQ(TimeZone().name(), "UTC");
  EXPECT_EQ(start("UTC", 2026y / 11 / 29), "2026-11-29T00:00:00");
}

TEST(TimeZone, DaysBeginAtTheirOwnMidnight) {
  EXPECT_EQ(start("Europe/Berlin", 2026y / 1 / 15), "2026-01-14T23:00:00");
  EXPECT_EQ(start("Europe/Berlin", 2026y / 7 / 15), "2026-07-14T22:00:00");
  EXPECT_EQ(start("America/New_York", 2026y / 7 / 15), "2026-07-15T04:00:00");
  EXPECT_EQ(start("Asia/Kathmandu", 2026y / 7 / 15), "2026-07-14T18:15:00");
  EXPECT_EQ(start("Pacific/Apia", 2026y / 7 / 15), "2026-07-14T11:00:00");
}

TEST(TimeZone, DaysWithAChangeOfClocksAreShorterOrLonger) {
  EXPECT_EQ(hours("Europe/Berlin", 2026y / 3 / 29), 23);
  EXPECT_EQ(hours("Europe/Berlin", 2026y / 10 / 25), 25);
  EXPECT_EQ(hours("Europe/Berlin", 2026y / 10 / 26), 24);
  EXPECT_EQ(hours("America/New_York", 2026y / 3 / 8), 23);
}

// By the footer: the file's own changes end in 2037.
TEST(TimeZone, RulesHoldBeyondTheFilesLastChange) {
  EXPECT_EQ(start("Europe/Berlin", 2060y / 7 / 1), "2060-06-30T22:00:00");
  EXPECT_EQ(start("Europe/Berlin", 2060y / 12 / 1), "2060-11-30T23:00:00");
  EXPECT_EQ(hours("Europe/Berlin", 2060y / 3 / 28), 23);
}

// Cuba changes its clocks at midnight: that day begins at one o'clock.
TEST(TimeZone, AMidnightThatIsLeftOutIsTheMomentOfTheChange) {
  EXPECT_EQ(start("America/Havana", 2026y / 3 / 8), "2026-03-08T05:00:00");
  EXPECT_EQ(hours("America/Havana", 2026y / 3 / 8), 23);
  EXPECT_EQ(zone("America/Havana").date_at(zone("America/Havana").start_of(2026y / 3 / 8)),
            Date(2026y / 3 / 8));
}

// Where it comes twice the day begins with the first.
TEST(TimeZone, AMidnightThatComesTwiceIsTheFirst) {
  EXPECT_EQ(hours("America/Havana", 2026y / 11 / 1), 25);
}

TEST(TimeZone, KnowsWhichDayItIs) {
  const UtcTime time = *from_rfc3339("2026-11-30T23:30:00Z");
  EXPECT_EQ(zone("UTC").date_at(time), Date(2026y / 11 / 30));
  EXPECT_EQ(zone("Europe/Berlin").date_at(time), Date(2026y / 12 / 1));
  EXPECT_EQ(zone("America/New_York").date_at(time), Date(2026y / 11 / 30));
}

TEST(TimeZone, EveryOtherNameIsRefused) {
  for (const std::string name : {"Europe/Atlantis", "", "/etc/passwd", "../../../etc/passwd",
                                 "Europe", "Europe/Ber lin", "tzdata.zi"}) {
    EXPECT_FALSE(TimeZone::load(name)) << name;
  }
  EXPECT_NE(TimeZone::load("Europe/Atlantis").error().message.find("such as Europe/Berlin"),
            std::string::npos);
}

TEST(TimeZone, AFileThatIsCutIsRefused) {
  std::ifstream file("/usr/share/zoneinfo/Europe/Berlin", std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  ASSERT_TRUE(TimeZone::parse("whole", bytes));
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(TimeZone::parse("cut", bytes.substr(0, size))) << size;
}

}  // namespace
}  // namespace tollgate
