// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <random>

#include "calls.hpp"
#include "names.hpp"
#include "real_store.hpp"
#include "replica_world.hpp"
#include "tollgate/base/int128.hpp"

// The scripts themselves, by a real server on a clock of the tests'.
namespace tollgate::shared_quotas {
namespace {

constexpr std::int64_t kMinute = 60'000'000;
constexpr std::int64_t kMost = 9'000'000'000'000'000;
const Process kProcess{"gateway", 7, 1};

quotas::LimitKey key_of_rate() {
  quotas::Rule rule;
  rule.subject = {quotas::Scope::client, "a", {}};
  return key_of(rule);
}

/// One count, and a worker that the store knows.
class OneCount {
 public:
  OneCount(StoreSeam& store, const quotas::LimitKey& key,
           const std::optional<quotas::Window>& window, std::int64_t amount,
           std::int64_t per_minute)
      : store_(store), key_(key), count_(count_name("", key_, window), key_, window, 1) {
    count_.know_terms(amount, per_minute);
    state({{worker_claim(kProcess, 0), 1, 0, 0, false}});
    store_.pass(seconds(3));
  }

  TakeAnswer take(std::int64_t units, std::int64_t more = 0, bool refuses = true,
                  std::uint64_t session = 1) {
    const redis::Call call = take_call({{&count_, refuses, units, more}},
                                       {worker_claim(kProcess, 0), session, 1, UtcTime()});
    return take_answer(store_.run(call), 1).value();
  }
  StateAnswer state(const std::vector<StatedClaim>& claims, const Process& process = kProcess,
                    bool adopts = false) {
    return state_answer(store_.run(state_call(count_, process, claims, {UtcTime(), adopts})))
        .value();
  }
  LookAnswer look() { return look_answer(store_.run(look_call(count_))).value(); }
  const StoredCount& count() const { return count_; }

 private:
  StoreSeam& store_;
  quotas::LimitKey key_;
  StoredCount count_;
};

/// What has not flowed off, in 60-millionths of a unit, exactly.
struct ExactLevel {
  Int128 parts = 0;

  void pass(std::int64_t micros, std::int64_t per_minute) {
    parts = std::max<Int128>(parts - Int128(micros) * per_minute, 0);
  }
  void add(std::int64_t units) { parts = std::max<Int128>(parts + Int128(units) * kMinute, 0); }
  std::int64_t units() const { return static_cast<std::int64_t>((parts + kMinute - 1) / kMinute); }
};

TEST(Scripts, ARateFlowsOffExactlyWhateverItsSize) {
  RealStore store;
  std::mt19937_64 random(11);
  const std::vector<std::int64_t> rates{1,          7,         60,          59'999'999,
                                        60'000'000, 1'000'003, 999'999'937, 1'234'567'890'123,
                                        kMost - 1,  kMost};
  for (const std::int64_t per_minute : rates) {
    store.flush();
    OneCount count(store, key_of_rate(), std::nullopt, per_minute, per_minute);
    ExactLevel exact;
    for (int i = 0; i < 300; ++i) {
      const auto pick = [&](std::int64_t most) {
        return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(most + 1));
      };
      const std::int64_t micros = pick(i % 10 == 0 ? 200'000'000 : 3'000'000);
      store.pass(microseconds(micros));
      exact.pass(micros, per_minute);
      const std::int64_t units = pick(per_minute / (i % 3 == 0 ? 1 : 50) + 1) + 1;
      const TakeAnswer answer = count.take(units);
      const bool fits = exact.units() + units <= per_minute;
      ASSERT_EQ(answer.limits[0].fits, fits) << per_minute << " " << i;
      if (fits) exact.add(units);
      ASSERT_EQ(answer.limits[0].total, exact.units()) << per_minute << " " << i;
    }
  }
}

TEST(Scripts, AClockThatGoesBackHoldsNothingUp) {
  RealStore store;
  OneCount count(store, key_of_rate(), std::nullopt, 60, 60);
  EXPECT_EQ(count.take(60).what, TakeAnswer::What::taken);
  store.pass(-std::chrono::hours(1));
  EXPECT_EQ(count.take(1).what, TakeAnswer::What::refused);
  store.pass(seconds(30));
  EXPECT_EQ(count.take(30).what, TakeAnswer::What::taken);
}

TEST(Scripts, AWorkerThatTheStoreDoesNotKnowTakesNothing) {
  RealStore store;
  OneCount count(store, key_of_rate(), std::nullopt, 60, 60);
  EXPECT_EQ(count.take(1, 0, true, 2).what, TakeAnswer::What::unknown);
  count.state({{worker_claim(kProcess, 0), 2, 0, 0, false}});
  EXPECT_EQ(count.take(1, 0, true, 2).what, TakeAnswer::What::taken);
  // What an earlier session had sent and is done only now.
  EXPECT_EQ(count.take(1, 0, true, 1).what, TakeAnswer::What::unknown);
  EXPECT_EQ(count.state({{worker_claim(kProcess, 0), 1, 50, 0, false}}).later, 1);
  EXPECT_EQ(count.look().total, 1);
}

TEST(Scripts, WhatIsHadAheadIsBoundedByWhatIsLeft) {
  RealStore store;
  OneCount count(store, key_of_rate(), std::nullopt, 100, 1);
  EXPECT_EQ(count.take(20, 1000).limits[0].taken, 40);  // a quarter of the 80 that are left
  EXPECT_EQ(count.take(20, 5).limits[0].taken, 25);
}

TEST(Scripts, AShadowIsToldAndRefusesNothing) {
  RealStore store;
  OneCount rate(store, key_of_rate(), std::nullopt, 10, 1);
  const TakeAnswer answer = rate.take(11, 0, false);
  EXPECT_EQ(answer.what, TakeAnswer::What::taken);
  EXPECT_FALSE(answer.limits[0].fits);
  EXPECT_EQ(answer.limits[0].taken, 0);
}

TEST(Scripts, WhatOperatorsAddIsEachProcessesOwnAndSharedByAll) {
  RealStore store;
  quotas::LimitKey key = key_of_rate();
  key.period = quotas::Period::year;
  const quotas::Window window{UtcTime(), UtcTime() + std::chrono::hours(9000)};
  OneCount count(store, key, window, 100, 0);
  EXPECT_EQ(count.take(90).what, TakeAnswer::What::taken);
  EXPECT_EQ(count.take(20).what, TakeAnswer::What::refused);
  const auto add = [&](const Process& process, std::int64_t units, bool adopts = false) {
    const StateTerms terms{UtcTime(), adopts, 0, units};
    return state_answer(store.run(state_call(count.count(), process, {}, terms))).value().added;
  };
  EXPECT_EQ(add(kProcess, 10), 10);
  EXPECT_EQ(add(kProcess, 10), 10) << "it is stated, not added once more";
  EXPECT_EQ(add({"other", 3, 1}, 5), 15);
  EXPECT_EQ(count.take(20).limits[0].amount, 115);
  EXPECT_EQ(add({"other", 4, 1}, 6, true), 16) << "its earlier run's is replaced";
  EXPECT_EQ(count.look().added, 16);
}

TEST(Scripts, RequestsInFlightOfWhoIsNotHeardOfEnd) {
  RealStore store;
  quotas::LimitKey key = key_of_rate();
  key.period = quotas::Period::none;
  key.measure = quotas::Measure::in_flight;
  OneCount count(store, key, std::nullopt, 1, 0);
  const Process other{"other", 3, 1};
  count.state({{worker_claim(other, 0), 1, 1, 0, false}}, other);
  EXPECT_EQ(count.take(1).what, TakeAnswer::What::refused);
  store.pass(seconds(11));
  EXPECT_EQ(count.take(1).what, TakeAnswer::What::taken);
  EXPECT_EQ(count.look().claimants.size(), 1U);
}

void run_worlds(bool strict, const Troubles& troubles) {
  RealStore store;
  for (std::uint64_t seed = 1; seed <= 4 && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    store.flush();
    ReplicaWorld world(store, seed, 3, strict, troubles);
    world.run(1200);
    if (!testing::Test::HasFailure()) world.expect_ledgers_in_store();
    EXPECT_GT(world.admitted(), 0);
  }
}

TEST(RandomReplicasOnAServer, WithoutTrouble) { run_worlds(false, {}); }
TEST(RandomReplicasOnAServer, WithAllAtOnce) {
  run_worlds(false, {.lost_connections = 4, .lost_answers = 8, .kills = 1, .flushes = 1});
}
TEST(RandomReplicasOnAServer, WithUseBeyondWhatWasReserved) {
  run_worlds(true, {.lost_connections = 4, .kills = 1, .flushes = 1, .late_uses = 20});
}

}  // namespace
}  // namespace tollgate::shared_quotas
