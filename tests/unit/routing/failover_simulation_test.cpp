// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <queue>
#include <random>

#include "test_route.hpp"
#include "tollgate/http/retry_after.hpp"
#include "tollgate/routing/failover.hpp"
#include "virtual_time.hpp"

// 10,000 requests on virtual time against three targets of equal weight: one throttled, one
// flapping, one healthy.
namespace tollgate::routing {
namespace {

constexpr int kRequests = 10'000;
constexpr std::int64_t kArrivalMs = 5;      // 200 requests a second for 50 seconds
constexpr std::int64_t kWindowMs = 10'000;  // of the throttled target
constexpr int kWindowQuota = 300;
constexpr std::int64_t kUpMs = 8'000;  // of the flapping target, and then
constexpr std::int64_t kDownMs = 6'000;
constexpr config::Breaker kBreaker{.consecutive_failures = 5, .open_for = milliseconds(2'000)};

struct Reply {
  AttemptEnd end;
  std::int64_t latency_ms = 0;
};

/// What a target did, by the time of the attempt's arrival.
struct Tally {
  std::vector<std::int64_t> served;
  std::vector<std::int64_t> refused;
};

class Simulation {
 public:
  explicit Simulation(std::uint64_t seed)
      : random_(seed), test_({{"throttled"}, {"flapping"}, {"healthy"}}, {}, {}, kBreaker) {}

  void run() {
    for (int i = 0; i < kRequests; ++i) {
      schedule(i * kArrivalMs, [this] { arrive(); });
    }
    while (!events_.empty()) {
      const Event event = events_.top();
      events_.pop();
      now_ = event.time;
      event.action();
    }
  }

  std::map<std::string, Tally> tallies;
  int served = 0;
  int failed = 0;  ///< as clients see it
  int attempts = 0;

 private:
  struct Event {
    std::int64_t time = 0;
    std::uint64_t order = 0;
    std::function<void()> action;
    bool operator<(const Event& other) const {
      return std::tie(other.time, other.order) < std::tie(time, order);
    }
  };

  struct Request {
    Request(Failover way, Lease first) : failover(std::move(way)), lease(std::move(first)) {}
    Failover failover;
    Lease lease;
  };

  void schedule(std::int64_t time, std::function<void()> action) {
    events_.push({time, order_++, std::move(action)});
  }

  void arrive() {
    Failover failover(test_.board, test_.route, "POST", at(now_), random_());
    std::optional<Lease> lease = failover.first(at(now_));
    if (!lease) {
      ++failed;
      return;
    }
    attempt(std::make_shared<Request>(std::move(failover), std::move(*lease)));
  }

  void attempt(const std::shared_ptr<Request>& request) {
    ++attempts;
    const std::string& backend = request->lease.candidate().backend->name;
    const Reply reply = reply_of(backend);
    Tally& tally = tallies[backend];
    (reply.end.status == 200 ? tally.served : tally.refused).push_back(now_);
    schedule(now_ + reply.latency_ms, [this, request, end = reply.end] { finish(request, end); });
  }

  void finish(const std::shared_ptr<Request>& request, const AttemptEnd& end) {
    const Judgement judgement = request->failover.after(request->lease, end, at(now_));
    if (judgement.verdict == Verdict::retry_next_target) return attempt(request);
    const bool good = judgement.verdict == Verdict::served && end.status == 200;
    ++(good ? served : failed);
  }

  Reply reply_of(const std::string& backend) {
    const std::int64_t work = 80 + static_cast<std::int64_t>(random_() % 40);
    const Reply good{{.status = 200, .request_sent = true}, work};
    if (backend == "throttled") return window_has_room() ? good : Reply{refusal(), 5};
    if (backend == "flapping" && now_ % (kUpMs + kDownMs) >= kUpMs) {
      if (random_() % 2 == 0) return {{.error = Errc::unavailable}, 1};
      return {{.status = 503, .request_sent = true}, 3};
    }
    return good;
  }

  bool window_has_room() { return ++used_[now_ / kWindowMs] <= kWindowQuota; }

  /// Azure's 429 as captured: its Retry-After is far too short.
  static AttemptEnd refusal() {
    const std::vector<http::Field> fields{{"retry-after", "1"},
                                          {"x-ratelimit-remaining-requests", "0"},
                                          {"x-ratelimit-renewalperiod-requests", "10"}};
    return {
        .status = 429, .request_sent = true, .retry_after = http::retry_after(fields, UtcTime())};
  }

  std::mt19937_64 random_;
  TestRoute test_;
  std::priority_queue<Event> events_;
  std::map<std::int64_t, int> used_;
  std::uint64_t order_ = 0;
  std::int64_t now_ = 0;
};

/// Each run is looked at by several tests.
const Simulation& simulated(std::uint64_t seed) {
  static std::map<std::uint64_t, Simulation> runs;
  const auto [run, fresh] = runs.try_emplace(seed, seed);
  if (fresh) run->second.run();
  return run->second;
}

class FailoverSimulation : public testing::TestWithParam<std::uint64_t> {
 protected:
  const Simulation& simulation = simulated(GetParam());
};

TEST_P(FailoverSimulation, NoClientSeesAFailureWhileOneTargetIsHealthy) {
  EXPECT_EQ(simulation.served, kRequests);
  EXPECT_EQ(simulation.failed, 0);
}

TEST_P(FailoverSimulation, TheThrottledTargetIsAskedInVainOnlyAFewTimesAWindow) {
  // Of a window's refusals one is noticed first, those under way at that moment follow (5 ms of 200
  // a second).
  const Tally& tally = simulation.tallies.at("throttled");
  const std::int64_t windows = kRequests * kArrivalMs / kWindowMs;
  EXPECT_LE(tally.refused.size(), static_cast<std::size_t>(4 * windows));
  EXPECT_GE(tally.served.size(), static_cast<std::size_t>(windows * kWindowQuota / 2));
}

TEST_P(FailoverSimulation, TheFlappingTargetCostsABreakersWorthOfFailuresAPhase) {
  std::map<std::int64_t, std::size_t> failures;  // by down phase
  for (const std::int64_t time : simulation.tallies.at("flapping").refused) {
    ++failures[time / (kUpMs + kDownMs)];
  }
  ASSERT_EQ(failures.size(), 3U);
  for (const auto& [phase, count] : failures) {
    // Those that open it, those under way meanwhile, and a probe each open_for.
    EXPECT_LE(count, kBreaker.consecutive_failures + 2 + kDownMs / kBreaker.open_for.count())
        << phase;
    EXPECT_GE(count, kBreaker.consecutive_failures) << phase;
  }
}

TEST_P(FailoverSimulation, TheFlappingTargetServesAgainWithinOneRestOfItsReturn) {
  const std::vector<std::int64_t>& served = simulation.tallies.at("flapping").served;
  for (std::int64_t back = kUpMs + kDownMs; back < kRequests * kArrivalMs - kUpMs;
       back += kUpMs + kDownMs) {
    const auto first = std::lower_bound(served.begin(), served.end(), back);
    ASSERT_NE(first, served.end());
    EXPECT_LE(*first, back + kBreaker.open_for.count() + 2 * kArrivalMs);
    // And fully: a third of the traffic and more in its last second up.
    const auto last_second = std::lower_bound(served.begin(), served.end(), back + kUpMs - 1000);
    const auto down = std::lower_bound(served.begin(), served.end(), back + kUpMs);
    EXPECT_GE(down - last_second, 1000 / kArrivalMs / 4);
  }
}

TEST_P(FailoverSimulation, RetriesAddLittleLoad) {
  EXPECT_LE(simulation.attempts, kRequests * 101 / 100);
  EXPECT_GT(simulation.attempts, kRequests);
}

INSTANTIATE_TEST_SUITE_P(Seeds, FailoverSimulation, testing::Values(1, 2, 3));

}  // namespace
}  // namespace tollgate::routing
