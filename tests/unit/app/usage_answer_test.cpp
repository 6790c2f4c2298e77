// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "usage_answer.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tollgate::app {
namespace {

const UtcTime kNoon = *from_rfc3339("2026-11-28T12:00:00Z");

UsageOptions options_by(const std::string& by) {
  UsageOptions out;
  out.by = {by};
  return out;
}

std::string fault_of(const UsageOptions& options) {
  const auto order = parse_usage_order(options, TimeZone(), kNoon);
  return order ? std::string() : order.error().message;
}

TEST(UsageOrder, ComparesWithAsMuchBefore) {
  UsageOptions options = options_by("client");
  options.compare = "previous";
  options.period.month = "2026-11";
  const auto month = parse_usage_order(options, TimeZone(), kNoon);
  ASSERT_TRUE(month);
  EXPECT_EQ(month->previous->from, from_rfc3339("2026-10-01T00:00:00Z"));
  options.period = {.since = "24h", .from = {}, .to = {}};
  const auto since = parse_usage_order(options, TimeZone(), kNoon);
  EXPECT_EQ(since->period.until, kNoon) << "an open end is now";
  EXPECT_EQ(since->previous->from, from_rfc3339("2026-11-26T12:00:00Z"));
}

TEST(UsageOrder, RefusesWhatDoesNotFitTogether) {
  UsageOptions times = options_by("day");
  times.compare = "previous";
  times.period.month = "2026-11";
  EXPECT_EQ(fault_of(times), "--compare needs groups other than times: the time before has others");
  UsageOptions open = options_by("client");
  open.compare = "previous";
  EXPECT_EQ(fault_of(open), "--compare needs a begin: --month, --since or --from");
  UsageOptions both = options_by("client");
  both.forecast = 7;
  both.components = true;
  EXPECT_EQ(fault_of(both), "--compare, --forecast and --components exclude each other");
  UsageOptions word = options_by("client");
  word.compare = "last year";
  word.period.month = "2026-11";
  EXPECT_EQ(fault_of(word), "--compare takes: previous");
}

// They were taken for "all rows" and "no forecast".
TEST(UsageOrder, NoRowsAndNoDaysAreRefused) {
  UsageOptions options = options_by("client");
  options.top = 0;
  options.forecast = 0;
  EXPECT_EQ(fault_of(options),
            "--top takes a number of rows from 1 on\n"
            "--forecast takes a number of days from 1 on");
}

TEST(UsageOrder, SaysAllThatIsWrong) {
  UsageOptions options = options_by("client");
  options.sort = "colour";
  options.format = "xml";
  options.period.month = "x";
  EXPECT_EQ(fault_of(options),
            "--month takes a month (UTC) such as 2026-11\n"
            "rows can be sorted by name, tokens, operations or cost\n"
            "the format must be table, csv or json");
}

}  // namespace
}  // namespace tollgate::app
