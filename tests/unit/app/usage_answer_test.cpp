// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "usage_answer.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "reports/fake_reader.hpp"

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
  EXPECT_EQ(month->previous->until, from_rfc3339("2026-10-28T12:00:00Z")) << "as far as this one";
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

/// One record of "retail" in the periods that begin then or later; earlier ones lack something.
class HalfLedger : public reports::FakeReader {
 public:
  explicit HalfLedger(UtcTime at) : at_(at) {
    record.event_time = at;
    record.client_name = "retail";
    record.cost_basis = usage::CostBasis::unpriced;
  }
  Result<void> for_each_share(const ledger::ShareQuery& query,
                              const ledger::ShareVisit& visit) override {
    lacks_ = {};
    if (!query.period.from || *query.period.from < at_ - days(20))
      lacks_ = {"the record 1 is gone"};
    if (!query.period.holds(at_)) return {};
    ledger::RollupSums sums;
    sums[ledger::RollupCount::operations] = 1;
    sums[ledger::RollupCount::total_tokens] = 10;
    visit({at_, 0, record, sums});
    return {};
  }
  Result<ledger::KeptTime> kept_time(ledger::SumSource) override {
    ++asked_for_time;
    return ledger::KeptTime{{}, at_ - days(40)};
  }
  const std::vector<std::string>& faults() const override { return lacks_; }

  usage::UsageRecord record;
  int asked_for_time = 0;

 private:
  static std::chrono::hours days(int number) { return std::chrono::hours(24 * number); }

  UtcTime at_;
  std::vector<std::string> lacks_;
};

// It stood beside zeros, as if the time before had been without usage; and what the ledger had lost
// of that time was told of no longer.
TEST(UsageAnswer, OfATimeBeforeWithoutRecordsItSaysSoAndWhatIsLost) {
  HalfLedger ledger(kNoon - std::chrono::hours(1));
  UsageOptions options = options_by("client");
  options.compare = "previous";
  options.period.month = "2026-11";
  const auto order = parse_usage_order(options, TimeZone(), kNoon);
  ASSERT_TRUE(order);
  auto answer = answer_usage(ledger, *order);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->notes,
            (std::vector<std::string>{
                "the period goes on until 2026-12-01 00:00 Z: beside it stands the time before as "
                "far as it has come, 2026-10-01 00:00 Z to before 2026-10-28 12:00 Z",
                "there are no records of the time before, 2026-10-01 00:00 Z to before 2026-10-28 "
                "12:00 Z: what is compared stands beside nothing"}));
  EXPECT_EQ(answer->faults, (std::vector<std::string>{"the record 1 is gone"}));
  HalfLedger earlier(*from_rfc3339("2026-10-05T00:00:00Z"));
  answer = answer_usage(earlier, *order);
  ASSERT_TRUE(answer);
  ASSERT_EQ(answer->notes.size(), 2U);
  EXPECT_EQ(answer->notes[1],
            "there are no records of 2026-11-01 00:00 Z to before 2026-12-01 00:00 Z");
}

// Half a month stood beside a whole one, and nothing said so.
TEST(UsageAnswer, OfATimeBeforeThatIsThereInPartSaysFromWhen) {
  HalfLedger ledger(kNoon - std::chrono::hours(24 * 34));  // 25 October; the first 40 days before
  UsageOptions options = options_by("client");
  options.compare = "previous";
  options.period.from = "2026-10-20";
  options.period.to = "2026-11-01";
  auto order = parse_usage_order(options, TimeZone(), kNoon);
  ASSERT_TRUE(order);
  EXPECT_EQ(order->previous->from, from_rfc3339("2026-10-08T00:00:00Z"));
  EXPECT_EQ(order->previous->until, from_rfc3339("2026-10-20T00:00:00Z")) << "it is over";
  order->previous = ledger::Period{*from_rfc3339("2026-09-01T00:00:00Z"), kNoon};
  const auto answer = answer_usage(ledger, *order);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->notes,
            (std::vector<std::string>{
                "of the time before, 2026-09-01 00:00 Z to before 2026-11-28 12:00 Z, the ledger "
                "has nothing before 2026-09-15: it began then, or what was earlier is deleted; "
                "what is compared stands beside less than that time"}));
}

// 24 hours stood beside 13 hours and 47 minutes.
TEST(UsageAnswer, BesideATimeThatBeginsWithinADayStandsAsMuchByTheClock) {
  UsageOptions options = options_by("client");
  options.compare = "previous";
  options.period.since = "24h";
  options.period.to = "2026-12-03";
  const auto order = parse_usage_order(options, TimeZone(), kNoon);
  ASSERT_TRUE(order && order->previous);
  EXPECT_EQ(*order->previous->until - *order->previous->from, std::chrono::hours(24));
}

TEST(UsageAnswer, WhereNoTimesAreComparedNobodyAsksSinceWhenTheLedgerIs) {
  HalfLedger ledger(kNoon - std::chrono::hours(1));
  const auto order = parse_usage_order(options_by("client"), TimeZone(), kNoon);
  ASSERT_TRUE(order && answer_usage(ledger, *order));
  EXPECT_EQ(ledger.asked_for_time, 0);
}

TEST(UsageAnswer, ComponentsSayWhatHasNoAmount) {
  HalfLedger ledger(kNoon - std::chrono::hours(1));
  UsageOptions options = options_by("client");
  options.components = true;
  const auto order = parse_usage_order(options, TimeZone(), kNoon);
  const auto answer = answer_usage(ledger, *order);
  ASSERT_TRUE(answer);
  ASSERT_EQ(answer->notes.size(), 1U);
  EXPECT_NE(answer->notes[0].find("1 unpriced"), std::string::npos) << answer->notes[0];
}

// The names of its columns stood there, and nothing else.
TEST(UsageAnswer, AForecastOfNoWholeDaySaysWhy) {
  HalfLedger ledger(kNoon - std::chrono::hours(1));
  UsageOptions options = options_by("client");
  options.forecast = 7;
  auto order = parse_usage_order(options, TimeZone(), kNoon);
  const auto nothing = answer_usage(ledger, *order);
  ASSERT_TRUE(nothing) << nothing.error().message;
  EXPECT_EQ(nothing->notes,
            (std::vector<std::string>{"no operation of the whole days 2026-10-20 to 2026-11-27 is "
                                      "there: nothing can be forecast"}));
  order->now += std::chrono::hours(24);
  const auto tokens = answer_usage(ledger, *order);
  ASSERT_TRUE(tokens);
  EXPECT_TRUE(tokens->notes.empty()) << "a forecast of tokens needs no amounts";
  ledger.record.cost_basis = usage::CostBasis::partial;
  const auto costs = answer_usage(ledger, *order);
  ASSERT_TRUE(costs);
  ASSERT_EQ(costs->notes.size(), 1U);
  EXPECT_NE(costs->notes[0].find("1 priced in part"), std::string::npos);
}

}  // namespace
}  // namespace tollgate::app
