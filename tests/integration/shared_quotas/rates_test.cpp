// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <optional>

#include "real_store.hpp"
#include "replica.hpp"

// A rate that processes share, by a real server.
namespace tollgate::shared_quotas {
namespace {

class SharedRate : public testing::Test {
 protected:
  static constexpr std::int64_t kTokens = 6000;

  SharedRate() {
    quotas::Rule rule =
        rule_of({quotas::Scope::client, "a", {}}, quotas::Measure::tokens, kTokens, true);
    rule.limit.period = quotas::Period::minute;
    for (const char* const name : {"one", "two"}) {
      replicas_.push_back(std::make_unique<Replica>(io_, std::vector{rule}, Process{name, 1, 1},
                                                    store_, late_, random_));
      replicas_.back()->shared().start();
    }
    settle_down();
    store_.pass(seconds(3));
  }

  void settle_down() {
    for (bool idle = false; !idle;) {
      idle = true;
      io_.poll();
      io_.restart();
      for (auto& replica : replicas_) {
        for (std::size_t i = 0; i < replica->clients(); ++i) {
          if (replica->client(i).idle()) continue;
          replica->client(i).step();
          idle = false;
        }
      }
    }
  }
  quotas::Reserved reserve(std::size_t which, std::int64_t units) {
    std::optional<quotas::Reserved> out;
    replicas_[which]->reserve(0, units, [&](quotas::Reserved got) { out = std::move(got); });
    for (int i = 0; i < 1000 && !out; ++i) {
      settle_down();
      if (!out) io_.run_one_for(milliseconds(5));
      io_.restart();
    }
    return std::move(out).value();
  }
  void beat() {
    for (auto& replica : replicas_) replica->shared().beat();
    settle_down();
    for (auto& replica : replicas_) replica->worker(0).tick(quotas::Moment::now());
    settle_down();
  }

  boost::asio::io_context io_;
  std::mt19937_64 random_{1};
  LateCalls late_;
  RealStore store_;
  std::vector<std::unique_ptr<Replica>> replicas_;
};

TEST_F(SharedRate, IsOneForAll) {
  const quotas::Reserved a = reserve(0, 4000);
  const quotas::Reserved b = reserve(1, 2000);
  EXPECT_FALSE(a.exceeded || b.exceeded);
  const quotas::Reserved c = reserve(0, 100);
  ASSERT_TRUE(c.exceeded);
  EXPECT_EQ(c.exceeded->kind, quotas::Exceeded::Kind::rate);
  EXPECT_EQ(c.exceeded->wait, seconds(1)) << "100 a second flow off";
  store_.pass(seconds(1));
  EXPECT_FALSE(reserve(1, 100).exceeded);
}

TEST_F(SharedRate, GetsBackWhatWasNotUsed) {
  quotas::Reserved a = reserve(0, 6000);
  EXPECT_TRUE(reserve(1, 100).exceeded);
  a.reservation.settle({1, 1000, std::nullopt, 0, std::nullopt}, quotas::Moment::now());
  settle_down();
  EXPECT_FALSE(reserve(1, 5000).exceeded);
  EXPECT_TRUE(reserve(0, 100).exceeded);
}

TEST_F(SharedRate, IsToldAgainWhereTheStoreHasLostIt) {
  const quotas::Reserved a = reserve(0, 4000);
  const quotas::Reserved b = reserve(1, 1900);
  store_.flush();
  beat();
  EXPECT_EQ(reserve(0, 1).exceeded->kind, quotas::Exceeded::Kind::store_away) << "not yet believed";
  store_.pass(milliseconds(2500));  // in which 250 flow off
  EXPECT_TRUE(reserve(1, 600).exceeded);
  EXPECT_FALSE(reserve(1, 300).exceeded);
}

TEST_F(SharedRate, AStatementThatIsRepeatedChangesNothing) {
  const quotas::Reserved a = reserve(0, 5000);
  for (std::size_t i = 0; i < 2; ++i) {
    replicas_[0]->client(i).lose_connection();
    beat();
  }
  EXPECT_TRUE(reserve(0, 1100).exceeded);
  EXPECT_FALSE(reserve(0, 900).exceeded);
}

}  // namespace
}  // namespace tollgate::shared_quotas
