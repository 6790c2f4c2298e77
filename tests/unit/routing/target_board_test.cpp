// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/routing/target_board.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "test_route.hpp"
#include "virtual_time.hpp"

namespace tollgate::routing {
namespace {

using Condition = TargetHealth::Condition;

std::string backend_of(const std::optional<Lease>& lease) {
  return lease ? lease->candidate().backend->name : "none";
}

TEST(TargetBoard, AThrottledTargetSpillsOverUntilItsProbeSucceeds) {
  TestRoute test({{"ptu", 1}, {"payg", 2}});
  const auto lease_at = [&](std::int64_t now) {
    return test.board.lease(test.route.candidates, {}, at(now), 0);
  };
  {
    auto first = lease_at(0);
    ASSERT_EQ(backend_of(first), "ptu");
    first->report(Signal::throttled, milliseconds(800), at(10));
  }
  EXPECT_EQ(backend_of(lease_at(809)), "payg");
  auto probe = lease_at(810);
  ASSERT_EQ(backend_of(probe), "ptu");
  EXPECT_TRUE(probe->probe());
  EXPECT_EQ(backend_of(lease_at(811)), "payg");
  probe->report(Signal::success, {}, at(820));
  EXPECT_EQ(backend_of(lease_at(820)), "ptu");
}

TEST(TargetBoard, AProbeThatIsNeverReportedMakesRoomAtOnce) {
  TestRoute test({{"a"}});
  const auto lease_at = [&](std::int64_t now) {
    return test.board.lease(test.route.candidates, {}, at(now), 0);
  };
  lease_at(0)->report(Signal::throttled, milliseconds(100), at(0));
  {
    const auto abandoned = lease_at(100);
    ASSERT_TRUE(abandoned->probe());
    EXPECT_FALSE(lease_at(101));
  }
  EXPECT_TRUE(lease_at(101)->probe());
}

TEST(TargetBoard, APendingExchangeLastsAsLongAsItsLease) {
  TestRoute test({{"a"}});
  const auto pending = [&] { return test.board.statuses(at(0)).front().pending; };
  auto first = test.board.lease(test.route.candidates, {}, at(0), 0);
  auto second = test.board.lease(test.route.candidates, {}, at(0), 0);
  EXPECT_EQ(pending(), 2U);
  first->report(Signal::success, {}, at(0));
  EXPECT_EQ(pending(), 2U);     // its answer is still on its way
  *second = std::move(*first);  // a lease given up for another
  EXPECT_EQ(pending(), 1U);
  first.reset();
  EXPECT_EQ(pending(), 1U);
  second.reset();
  EXPECT_EQ(pending(), 0U);
}

TEST(TargetBoard, AProbesAnswerThatBreaksOffLaterDoesNotSettleTheNextProbe) {
  TestRoute test({{"a"}}, {}, {}, {.consecutive_failures = 2, .open_for = seconds(10)});
  const auto lease_at = [&](std::int64_t now) {
    return test.board.lease(test.route.candidates, {}, at(now), 0);
  };
  const auto fail_twice = [&](std::int64_t now) {
    for (int i = 0; i < 2; ++i) lease_at(now)->report(Signal::failure, {}, at(now));
  };
  fail_twice(0);
  auto first = lease_at(10'000);
  first->report(Signal::success, {}, at(10'001));
  fail_twice(10'002);
  const auto second = lease_at(20'002);
  ASSERT_TRUE(first->probe() && second->probe());
  first->report(Signal::failure, {}, at(20'003));
  EXPECT_EQ(test.board.statuses(at(20'003)).front().condition, Condition::probing);
}

TEST(TargetBoard, ModelsThatShareADeploymentShareItsHealth) {
  config::Config config;
  config.backends.resize(2);
  config.backends[0].name = "a";
  config.backends[1].name = "b";
  config.models.resize(2);
  config.models[0].name = "m";
  config.models[0].targets = {{"a", "dep"}, {"b", "dep"}};
  config.models[1].name = "n";
  config.models[1].targets = {{"a", "other"}, {"a", "dep"}};
  TargetBoard board(config.retry_budget);
  const RouteTable table(config, &board);
  const auto m = table.match("m", {}).value()->candidates;
  const auto n = table.match("n", {}).value()->candidates;
  EXPECT_EQ(m[0].target, n[1].target);
  EXPECT_NE(m[0].target, m[1].target);
  EXPECT_NE(m[0].target, n[0].target);
}

TEST(TargetBoard, AReloadKeepsTheHealthOfTargetsThatStay) {
  config::Config before;
  before.backends.resize(1);
  before.backends[0].name = "a";
  before.backends[0].endpoint = "https://a.example";
  before.models.resize(1);
  before.models[0].name = "m";
  before.models[0].targets = {{"a", "dep"}};
  config::Config after = before;
  after.backends[0].endpoint = "https://moved.example";
  after.backends.push_back(before.backends[0]);
  TargetBoard board(before.retry_budget);
  const RouteTable old_table(before, &board);
  board.lease(old_table.match("m", {}).value()->candidates, {}, at(0), 0)
      ->report(Signal::throttled, seconds(60), at(0));
  const std::size_t kept = board.enroll(after.backends[1], "dep");
  const std::size_t moved = board.enroll(after.backends[0], "dep");
  const auto statuses = board.statuses(at(1000));
  EXPECT_EQ(statuses[kept].condition, Condition::resting);
  EXPECT_EQ(statuses[kept].available_in, milliseconds(59'000));
  EXPECT_EQ(statuses[moved].condition, Condition::serving);
}

TEST(TargetBoard, UnservedIs429OnlyWhenEveryTargetIsThrottledAndNamesTheSmallestWait) {
  TestRoute test({{"a"}, {"b"}}, {}, {}, {.consecutive_failures = 1, .open_for = seconds(3)});
  const auto rest = [&](const std::string& backend, Signal signal, milliseconds wait,
                        std::int64_t now) {
    std::vector<Candidate> only;
    for (const Candidate& c : test.route.candidates) {
      if (c.backend->name == backend) only.push_back(c);
    }
    test.board.lease(only, {}, at(now), 0)->report(signal, wait, at(now));
  };
  rest("a", Signal::throttled, milliseconds(9000), 0);
  rest("b", Signal::throttled, milliseconds(4000), 0);
  EXPECT_FALSE(test.board.usable(test.route.candidates, at(500)));
  Unserved unserved = test.board.unserved(test.route.candidates, at(500));
  EXPECT_EQ(unserved.status, 429);
  EXPECT_EQ(unserved.retry_after, milliseconds(3500));
  EXPECT_TRUE(test.board.usable(test.route.candidates, at(4000)));

  rest("b", Signal::failure, milliseconds(20'000), 4000);
  unserved = test.board.unserved(test.route.candidates, at(4000));
  EXPECT_EQ(unserved.status, 503);
  EXPECT_EQ(unserved.retry_after, milliseconds(5000));
}

TEST(TargetBoard, ARetryGoesElsewhereAndIsPaidFromTheBudget) {
  TestRoute test({{"a"}, {"b"}}, {}, {.ratio = 0, .min_per_second = 1});
  const std::vector<std::size_t> tried{test.route.candidates[0].target};
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(backend_of(test.board.lease(test.route.candidates, tried, at(0), 0)), "b");
  }
  EXPECT_EQ(backend_of(test.board.lease(test.route.candidates, tried, at(0), 0)), "none");
  EXPECT_NE(backend_of(test.board.lease(test.route.candidates, {}, at(0), 0)), "none");
}

TEST(TargetBoard, NothingIsPaidWhereNoTargetIsLeft) {
  TestRoute test({{"a"}, {"b"}}, {}, {.ratio = 0, .min_per_second = 1});
  const std::size_t a = test.route.candidates[0].target;
  const std::size_t b = test.route.candidates[1].target;
  for (int i = 0; i < 100; ++i) {
    ASSERT_FALSE(test.board.lease(test.route.candidates, std::vector{a, b}, at(0), 0));
  }
  EXPECT_TRUE(test.board.lease(test.route.candidates, std::vector{a}, at(0), 0));
}

TEST(TargetBoard, CountsWhatItsTargetsAndItsBudgetCameTo) {
  TestRoute test({{"a"}, {"b"}}, {}, {.ratio = 0, .min_per_second = 0},
                 {.consecutive_failures = 2});
  const std::vector<Candidate> only{test.route.candidates[0]};
  const auto report = [&](Signal signal, std::int64_t now) {
    test.board.lease(only, {}, at(now), 0)->report(signal, milliseconds(1), at(now));
  };
  report(Signal::throttled, 0);
  report(Signal::success, 10);
  report(Signal::failure, 20);
  report(Signal::none, 30);
  const TargetCounts counts = test.board.statuses(at(40))[only[0].target].counts;
  EXPECT_EQ(counts.attempts, 4U);
  EXPECT_EQ(counts.throttled, 1U);
  EXPECT_EQ(counts.failed, 1U);
  EXPECT_EQ(counts.rests_throttled, 1U);
  EXPECT_EQ(counts.rests_failing, 1U);
  EXPECT_FALSE(test.board.lease(test.route.candidates, std::vector{only[0].target}, at(50), 0));
  EXPECT_EQ(test.board.budget_counts().refused, 1U);
  EXPECT_EQ(test.board.budget_counts().retries, 0U);
}

// How many probes are made is the test's own count and not what a scheduler grants: a thread that
// is paused while it holds the probe keeps all others out, rightly, and they wait for it.
TEST(TargetBoard, WorkersThatHammerItProbeOneAtATime) {
  constexpr int enough = 2000;
  constexpr std::int64_t too_long = 50'000'000;
  TestRoute test({{"a"}}, {}, {}, {.open_for = milliseconds(too_long * 2)});
  test.board.lease(test.route.candidates, {}, at(0), 0)
      ->report(Signal::failure, milliseconds(1), at(0));
  std::atomic<std::int64_t> clock{0};
  std::atomic<int> probing{0};
  std::atomic<int> probes{0};
  std::atomic<bool> overlapped{false};
  const auto work = [&] {
    while (probes < enough && clock < too_long && !overlapped) {
      const SteadyTime now = at(++clock);
      auto lease = test.board.lease(test.route.candidates, {}, now, 0);
      if (!lease) {
        std::this_thread::yield();
        continue;
      }
      if (probing.fetch_add(1) > 0) overlapped = true;
      const int probe = ++probes;
      std::this_thread::yield();
      probing.fetch_sub(1);
      if (probe % 2 == 0) lease->report(Signal::failure, milliseconds(1), now);  // else abandoned
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back(work);
  for (std::thread& thread : threads) thread.join();
  EXPECT_FALSE(overlapped);
  EXPECT_GE(probes, enough);
  EXPECT_EQ(test.board.statuses(at(0)).front().pending, 0U);
}

TEST(TargetBoard, ARefusedCredentialIsKnownUntilSomethingSucceedsThere) {
  TestRoute test({{"a"}});
  const auto after = [&](Signal signal, bool refused) {
    test.board.lease(test.route.candidates, {}, at(0), 0)->report(signal, {}, at(0), refused);
    return test.board.statuses(at(0)).at(0).credential_refused;
  };
  EXPECT_FALSE(after(Signal::failure, false));
  EXPECT_TRUE(after(Signal::failure, true));
  EXPECT_TRUE(after(Signal::failed_request, false));
  EXPECT_FALSE(after(Signal::success, false));
}

}  // namespace
}  // namespace tollgate::routing
