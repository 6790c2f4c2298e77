// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "quota_actions.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "quota_names.hpp"

namespace tollgate::app {
namespace {

using ledger::QuotaAction;
using ledger::QuotaActionKind;
using quotas::LimitKey;
using quotas::Measure;
using quotas::Period;

quotas::Rule rule_of(const std::string& client, Measure measure, Period period,
                     std::int64_t amount) {
  quotas::Rule out;
  out.subject = {quotas::Scope::client, client, {}};
  out.limit.measure = measure;
  out.limit.period = period;
  out.limit.amount = amount;
  return out;
}

/// A book in memory.
class ActionsInMemory : public ledger::QuotaBook {
 public:
  Result<void> add_refusals(std::span<const usage::RefusalRow>, UtcTime) override { return {}; }
  Result<std::vector<ledger::StoredRefusals>> undelivered_refusals(const std::string&, std::size_t,
                                                                   UtcTime) override {
    return std::vector<ledger::StoredRefusals>();
  }
  Result<void> account_refusals(const std::string&, const ledger::RefusalAccounting&) override {
    return {};
  }
  Result<void> add_action(const QuotaAction& action) override {
    if (full) return Error{Errc::storage, "disk full"};
    all.push_back(action);
    return {};
  }
  Result<std::vector<QuotaAction>> actions(UtcTime) override { return all; }

  std::vector<QuotaAction> all;
  bool full = false;
};

class QuotaActionsTest : public testing::Test {
 protected:
  QuotaActionsTest() { apply(quotas_); }

  std::vector<LimitKey> apply(quotas::Quotas& quotas) const {
    return quotas.apply(rules_, TimeZone(), quotas::Moment::now());
  }
  /// What the client has used of its tokens of a year.
  void use(std::int64_t tokens) {
    const auto set = quotas_.limits_of("a", {}, "m");
    quotas_.charge(set, {1, tokens, {}, 0, {}}, {}, quotas::Moment::now().utc,
                   quotas::Moment::now());
  }
  quotas::LimitState tokens_of(const quotas::Quotas& quotas) const {
    return *choose_limit(quotas.states(quotas::Moment::now()), "a", "tokens/year");
  }
  admin::ActionAnswer act(const std::string& body) {
    boost::asio::io_context context;
    QuotaActions actions(quotas_, book_, context.get_executor());
    admin::ActionAnswer out;
    boost::asio::co_spawn(
        context, actions.act(body, "::1", "USD"),
        [&](const std::exception_ptr&, admin::ActionAnswer answer) { out = std::move(answer); });
    context.run();
    return out;
  }
  static std::string error_in(const admin::ActionAnswer& answer) {
    return nlohmann::json::parse(answer.body).value("error", "");
  }

  const std::vector<quotas::Rule> rules_{rule_of("a", Measure::tokens, Period::year, 1000),
                                         rule_of("a", Measure::requests, Period::minute, 5),
                                         rule_of("a", Measure::in_flight, Period::none, 5),
                                         rule_of("b", Measure::cost, Period::year, 1'000'000'000)};
  quotas::Quotas quotas_;
  ActionsInMemory book_;
};

TEST_F(QuotaActionsTest, ATopUpCountsAndIsKept) {
  const auto answer = act(
      R"({"action":"top_up","subject":"a","limit":"tokens/year","amount":"500","reason":"launch"})");
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(nlohmann::json::parse(answer.body)["limit"]["amount"], 1500);
  EXPECT_EQ(tokens_of(quotas_).amount, 1500);
  ASSERT_EQ(book_.all.size(), 1U);
  EXPECT_EQ(book_.all[0].limit, "client a: 1000 tokens per year");
  EXPECT_EQ(book_.all[0].reason, "launch");
  EXPECT_EQ(book_.all[0].peer, "::1");
}

TEST_F(QuotaActionsTest, MoneyIsADecimalNumber) {
  EXPECT_EQ(
      act(R"({"action":"top_up","subject":"client b","limit":"cost/year","amount":"0.50"})").status,
      200);
  EXPECT_EQ(book_.all.at(0).amount, 500'000'000);
}

TEST_F(QuotaActionsTest, ARestartKnowsWhatWasChangedInTheWindow) {
  use(700);
  act(R"({"action":"reset","subject":"a","limit":"tokens/year"})");
  act(R"({"action":"top_up","subject":"a","limit":"tokens/year","amount":"500"})");
  use(30);
  EXPECT_EQ(tokens_of(quotas_).used, 30);
  quotas::Quotas after;
  const auto fresh = apply(after);
  boost::asio::io_context context;
  QuotaActions actions(after, book_, context.get_executor());
  const auto forgiven = actions.restore(fresh, quotas::Moment::now(), UtcTime::max());
  ASSERT_EQ(forgiven.size(), 1U);
  EXPECT_EQ(forgiven.begin()->second, 700);
  // As the ledger's records say.
  after.restore(forgiven.begin()->first, quotas::Moment::now().utc, {2, 730, {}, 0, {}},
                quotas::Moment::now(), forgiven.begin()->second);
  EXPECT_EQ(tokens_of(after).used, 30);
  EXPECT_EQ(tokens_of(after).amount, 1500);
}

TEST_F(QuotaActionsTest, WhatWasDoneInAnEarlierWindowIsOver) {
  act(R"({"action":"top_up","subject":"a","limit":"tokens/year","amount":"500"})");
  book_.all[0].made_at -= std::chrono::hours(24 * 366);
  EXPECT_TRUE(changes_in(book_.all, quotas_.states(quotas::Moment::now())).top_ups.empty());
}

TEST_F(QuotaActionsTest, WhatCannotBeKeptIsNotDone) {
  book_.full = true;
  const auto answer =
      act(R"({"action":"top_up","subject":"a","limit":"tokens/year","amount":"500"})");
  EXPECT_EQ(answer.status, 503);
  EXPECT_NE(error_in(answer).find("disk full"), std::string::npos);
  EXPECT_EQ(tokens_of(quotas_).amount, 1000);
}

TEST_F(QuotaActionsTest, SaysWhatThereIs) {
  const auto told = [&](const std::string& body) { return error_in(act(body)); };
  EXPECT_EQ(told("nonsense"), "the body is no JSON object");
  EXPECT_EQ(told(R"({"action":"double"})"), "action must be top_up or reset");
  EXPECT_EQ(told(R"({"action":7})"), "action is no text");
  EXPECT_EQ(told(R"({"action":"reset","subject":"c","limit":"tokens/year"})"),
            "c has no limits of its own; limits are of: client a, client b");
  EXPECT_EQ(told(R"({"action":"reset","subject":"a","limit":"tokens/yaer"})"),
            "a has no limit tokens/yaer; did you mean tokens/year?; it has: in_flight, "
            "requests/minute, tokens/year");
  EXPECT_EQ(told(R"({"action":"top_up","subject":"a","limit":"requests/minute","amount":"1"})"),
            "requests/minute of client a cannot be topped up: only windows of an hour to a year "
            "can be");
  EXPECT_EQ(told(R"({"action":"reset","subject":"a","limit":"in_flight"})"),
            "in_flight of client a cannot be reset: requests in flight end by themselves");
  EXPECT_EQ(told(R"({"action":"top_up","subject":"a","limit":"tokens/year","amount":"1.5"})"),
            "the amount must be a whole number above 0");
  EXPECT_EQ(told(R"({"action":"top_up","subject":"b","limit":"cost/year","amount":"5 USD"})"),
            "the amount must be money above 0 such as 100.00, without a currency");
  EXPECT_EQ(told(R"({"action":"reset","subject":"a","limit":"tokens/year","amount":"1"})"),
            "reset takes no amount");
  EXPECT_TRUE(book_.all.empty());
}

TEST_F(QuotaActionsTest, ARateIsResetInThisProcessAlone) {
  EXPECT_EQ(act(R"({"action":"reset","subject":"a","limit":"requests/minute"})").status, 200);
}

TEST(QuotaNames, AKeyHasOneTextWhateverNamesHold) {
  quotas::Rule one = rule_of("a\",\"b", Measure::tokens, Period::day, 1);
  quotas::Rule other = rule_of("a", Measure::tokens, Period::day, 1);
  other.subject.detail = "b";
  EXPECT_NE(key_text(key_of(one)), key_text(key_of(other)));
  other.limit.amount = 7;
  EXPECT_EQ(key_text(key_of(other)), R"(["client","a","b","tokens","day","all",1000,1000,1000])");
}

}  // namespace
}  // namespace tollgate::app
