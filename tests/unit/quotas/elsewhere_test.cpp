// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "limits.hpp"

// Where a store decides, the counters count what this process has.
namespace tollgate::quotas {
namespace {

struct SharedQuotas : ClientQuotas {
  explicit SharedQuotas(const std::vector<Limit>& limits) : ClientQuotas(limits) {
    quotas.share([this] { ++changes; });
  }
  Reserved rule(Ruling ruling, std::int64_t tokens, std::int64_t processes = 1) {
    const std::vector<Asked> asked = quotas.asked(set, demand_of(tokens), after({}));
    return quotas.reserve(asked, std::vector<Ruling>(asked.size(), ruling), processes, after({}));
  }
  void see(std::int64_t total, std::int64_t own) {
    quotas.see(quotas.asked(set, demand_of(0), after({})).at(0), {total, own, 0}, after({}));
  }
  OwnUse own() { return quotas.own_use(after({})).at(0); }

  int changes = 0;
};

TEST(Elsewhere, WhatWasGrantedCountsWhateverTheAmount) {
  SharedQuotas a({tokens_a_day(100)});
  Reserved first = a.rule(Ruling::granted, 90);
  Reserved second = a.rule(Ruling::granted, 90);
  EXPECT_FALSE(second.exceeded);
  EXPECT_EQ(a.own().claimed, 180);
  EXPECT_EQ(a.changes, 0) << "the store knows it by what the worker was granted";
  first.reservation.settle(use_of_tokens(10), after({}));
  EXPECT_EQ(a.own().claimed, 100);
  EXPECT_EQ(a.own().used, 10);
  EXPECT_EQ(a.changes, 1);
  second.reservation.release(after({}));
  EXPECT_EQ(a.own().claimed, 10);
}

TEST(Elsewhere, AChangeIsToldOnceUntilSomebodyLooks) {
  SharedQuotas a({tokens_a_day(100)});
  for (int i = 0; i < 3; ++i)
    a.rule(Ruling::granted, 10).reservation.settle(use_of_tokens(5), after({}));
  EXPECT_EQ(a.changes, 1);
  EXPECT_EQ(a.quotas.take_changed()->size(), 1U);
  (void)a.own();
  a.rule(Ruling::counted, 10).reservation.release(after({}));
  EXPECT_EQ(a.changes, 2);
}

TEST(Elsewhere, AShareIsWhatThereWasAndAPartOfWhatWasLeft) {
  SharedQuotas a({tokens_a_day(1000)});
  EXPECT_FALSE(a.rule(Ruling::share, 250, 4).exceeded) << "nobody has been seen: a fourth of all";
  EXPECT_TRUE(a.rule(Ruling::share, 1, 4).exceeded);
  a.see(850, 250);  // others have 600, so 150 are left
  EXPECT_FALSE(a.rule(Ruling::share, 50, 3).exceeded);
  EXPECT_TRUE(a.rule(Ruling::share, 1, 3).exceeded);
}

TEST(Elsewhere, AShareOfAMinuteFlowsOffAtItsPart) {
  SharedQuotas a({requests_a_minute(60)});
  for (int i = 0; i < 20; ++i) EXPECT_FALSE(a.rule(Ruling::share, 0, 3).exceeded) << i;
  Reserved refused = a.rule(Ruling::share, 0, 3);
  ASSERT_TRUE(refused.exceeded);
  EXPECT_EQ(refused.exceeded->kind, Exceeded::Kind::rate);
}

TEST(Elsewhere, WhatOthersHaveIsNotLeft) {
  SharedQuotas a({tokens_a_day(1000)});
  a.rule(Ruling::granted, 100).reservation.settle(use_of_tokens(100), after({}));
  a.see(700, 100);
  const LimitState state = a.state();
  EXPECT_EQ(state.used, 100);
  EXPECT_EQ(state.elsewhere, 600);
  EXPECT_EQ(state.left, 300);
  EXPECT_EQ(a.quotas.tightest(a.set, after({})).tokens->remaining, 300);
}

TEST(Elsewhere, AWarningCountsWhatOthersHave) {
  Limit limit = tokens_a_day(1000);
  limit.warn_at = {80};
  SharedQuotas a({limit});
  a.see(750, 0);
  a.rule(Ruling::granted, 60).reservation.settle(use_of_tokens(60), after({}));
  const std::vector<Warning> warnings = a.quotas.take_warnings();
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_EQ(warnings[0].used, 810);
}

TEST(Elsewhere, ARefusalSaysWhatTheStoreSaid) {
  SharedQuotas a({tokens_a_day(1000), requests_a_minute(60)});
  const std::vector<Asked> asked = a.quotas.asked(a.set, demand_of(300), after({}));
  ASSERT_EQ(asked.size(), 2U);
  for (const Asked& one : asked) {
    const bool window = one.window.has_value();
    const Exceeded exceeded =
        Quotas::worst_of({{one, {window ? 900 : 60, 0, one.amount}}}, after({}));
    EXPECT_EQ(exceeded.kind, window ? Exceeded::Kind::budget : Exceeded::Kind::rate);
    EXPECT_EQ(exceeded.used, window ? 900 : 60);
    EXPECT_EQ(exceeded.wait == seconds(1), !window);
    EXPECT_EQ(exceeded.smaller_may_pass, window);
  }
}

TEST(Elsewhere, WhatOperatorsAddIsNotAskedFor) {
  SharedQuotas a({tokens_a_day(100)});
  ASSERT_TRUE(a.quotas.top_up(*a.own().key, 50, after({})));
  EXPECT_EQ(a.quotas.asked(a.set, demand_of(0), after({})).at(0).amount, 100);
  EXPECT_EQ(a.own().added, 50);
  EXPECT_EQ(a.changes, 1);
}

}  // namespace
}  // namespace tollgate::quotas
