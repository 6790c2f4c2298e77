// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "report_period.hpp"

#include <gtest/gtest.h>

#include <tuple>

namespace tollgate::app {
namespace {

std::optional<UtcTime> parse_date(const std::string& text) {
  return from_rfc3339(text + "T00:00:00Z");
}

const UtcTime kNow = *from_rfc3339("2026-11-28T20:30:00Z");

TEST(ReportPeriod, IsBoundByDaysOfUtc) {
  const auto period = parse_period({.since = {}, .from = "2026-10-01", .to = "2026-11-01"}, kNow);
  ASSERT_TRUE(period);
  EXPECT_EQ(period->from, from_rfc3339("2026-10-01T00:00:00Z"));
  EXPECT_TRUE(period->holds(*from_rfc3339("2026-10-01T00:00:00Z")));
  EXPECT_TRUE(period->holds(*from_rfc3339("2026-10-31T23:59:59.999999Z")));
  EXPECT_FALSE(period->holds(*from_rfc3339("2026-11-01T00:00:00Z")));
  EXPECT_FALSE(period->holds(*from_rfc3339("2026-09-30T23:59:59.999999Z")));
}

TEST(ReportPeriod, IsBoundByDaysOfItsZone) {
  const TimeZone berlin = *TimeZone::load("Europe/Berlin");
  const auto days =
      parse_period({.since = {}, .from = "2026-10-01", .to = "2026-11-01"}, kNow, berlin);
  ASSERT_TRUE(days);
  EXPECT_EQ(days->from, from_rfc3339("2026-09-30T22:00:00Z"));
  EXPECT_EQ(days->until, from_rfc3339("2026-10-31T23:00:00Z"));
  const auto month =
      parse_period({.since = {}, .from = {}, .to = {}, .month = "2026-10"}, kNow, berlin);
  EXPECT_EQ(month->from, days->from);
  EXPECT_EQ(month->until, days->until);
  EXPECT_EQ(parse_period({.since = {}, .from = "x", .to = {}}, kNow, berlin).error().message,
            "--from takes a date (Europe/Berlin) such as 2026-11-01\n");
}

TEST(ReportPeriod, MayBeOpenOrCountFromNow) {
  const auto open = parse_period({}, kNow);
  ASSERT_TRUE(open);
  EXPECT_FALSE(open->from || open->until);
  const auto since = parse_period({.since = "24h", .from = {}, .to = {}}, kNow);
  EXPECT_EQ(since->from, from_rfc3339("2026-11-27T20:30:00Z"));
  const auto both = parse_period({.since = "30d", .from = {}, .to = "2026-11-02"}, kNow);
  EXPECT_EQ(both->from, from_rfc3339("2026-10-29T20:30:00Z"));
  EXPECT_EQ(both->until, from_rfc3339("2026-11-02T00:00:00Z"));
}

TEST(ReportPeriod, MayBeAMonth) {
  for (const auto& [month, first, behind] : {std::tuple("2026-11", "2026-11-01", "2026-12-01"),
                                             {"2026-12", "2026-12-01", "2027-01-01"},
                                             {"2024-02", "2024-02-01", "2024-03-01"},
                                             {"2026-01", "2026-01-01", "2026-02-01"}}) {
    const auto period = parse_period({.since = {}, .from = {}, .to = {}, .month = month}, kNow);
    ASSERT_TRUE(period) << month;
    EXPECT_EQ(period->from, parse_date(first)) << month;
    EXPECT_EQ(period->until, parse_date(behind)) << month;
  }
  for (const char* month : {"2026-13", "2026-1", "November", "2026-11-01"}) {
    const auto refused = parse_period({.since = {}, .from = {}, .to = {}, .month = month}, kNow);
    ASSERT_FALSE(refused) << month;
    EXPECT_EQ(refused.error().message, "--month takes a month (UTC) such as 2026-11\n");
  }
  EXPECT_EQ(parse_period({.since = {}, .from = {}, .to = "2026-11-02", .month = "2026-11"}, kNow)
                .error()
                .message,
            "--month excludes --since, --from and --to\n");
}

TEST(ReportPeriod, SaysAllThatIsWrong) {
  const auto fault = [](const PeriodOptions& options) {
    const auto period = parse_period(options, kNow);
    return period ? std::string() : period.error().message;
  };
  EXPECT_EQ(fault({.since = "soon", .from = "2026-02-30", .to = "2026-11"}),
            "--since takes a duration such as 24h or 30d: its unit is ms, s, m (minutes), h or d\n"
            "--since and --from exclude each other\n"
            "--from takes a date (UTC) such as 2026-11-01\n"
            "--to takes a date (UTC) such as 2026-11-01\n");
  for (const char* to : {"2026-10-01", "2026-09-30"}) {
    EXPECT_EQ(fault({.since = {}, .from = "2026-10-01", .to = to}),
              "--to must be later than the begin: its own day is not in the report\n");
  }
  for (const char* date : {"2026-13-01", "26-11-01", "2026-11-01T00:00:00Z", "2026/11/01", "today",
                           "2026-11-1", "9999-01-01"}) {
    EXPECT_NE(fault({.since = {}, .from = date, .to = {}}), "") << date;
  }
}

// A month of which thirteen operations were two looked whole.
TEST(ReportPeriod, SaysWhatItsRecordsLack) {
  const auto day = [](const char* text) { return parse_date(text); };
  const ledger::KeptTime kept{day("2026-11-10"), day("2026-11-11")};
  const auto fault = [&](std::optional<UtcTime> from, std::optional<UtcTime> until) {
    return period_fault({from, until}, kept, true, kNow);
  };
  const PeriodFault month = fault(day("2026-11-01"), day("2026-12-01"));
  EXPECT_TRUE(month.lacks);
  EXPECT_EQ(month.text,
            "what is above is not whole: of what began up to 2026-11-10T00:00:00Z, records were "
            "deleted (ledger.retention, ledger.max_size)");
  EXPECT_TRUE(fault(day("2026-11-10"), {}).lacks);
  EXPECT_TRUE(fault({}, day("2026-11-10")).lacks) << "all of it is gone";
  EXPECT_EQ(fault(day("2026-11-11"), {}).text, "");
  EXPECT_EQ(fault({}, {}).text, "") << "all that is there was asked for";
  EXPECT_EQ(fault({}, day("2026-11-20")).text, "");
}

TEST(ReportPeriod, SaysWhyNothingIsOfIt) {
  const ledger::KeptTime kept{std::nullopt, parse_date("2026-11-11")};
  const auto next = period_fault({parse_date("2026-12-01"), {}}, kept, false, kNow);
  EXPECT_FALSE(next.lacks);
  EXPECT_EQ(next.text, "the period is still to come: it begins at 2026-12-01T00:00:00Z");
  const auto before = period_fault({{}, parse_date("2026-11-01")}, kept, false, kNow);
  EXPECT_FALSE(before.lacks);
  EXPECT_EQ(before.text,
            "the period was over before the first record, which began at 2026-11-11T00:00:00Z");
  // Of roll-ups the day alone is known: it was told as a record's time.
  EXPECT_EQ(
      period_fault({{}, parse_date("2026-11-01")}, kept, false, kNow, ledger::SumSource::rollups)
          .text,
      "the period was over before the first record, which began on 2026-11-11 (UTC)");
  EXPECT_EQ(period_fault({{}, parse_date("2026-11-01")}, {}, false, kNow).text, "")
      << "a ledger that has none yet";
}

}  // namespace
}  // namespace tollgate::app
