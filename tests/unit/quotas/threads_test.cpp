// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <thread>
#include <vector>

#include "limits.hpp"

namespace tollgate::quotas {
namespace {

using std::chrono::hours;
constexpr int kThreads = 4;

void in_threads(const std::function<void(int)>& work) {
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) threads.emplace_back([&work, i] { work(i); });
  for (std::thread& thread : threads) thread.join();
}

TEST(Threads, TakeExactlyWhatThereIs) {
  constexpr std::int64_t kAmount = 10'000;
  ClientQuotas a({tokens_a_day(kAmount), limit_of(Measure::requests, Period::minute, kAmount * 2),
                  limit_of(Measure::in_flight, Period::none, 1000)});
  std::atomic<std::int64_t> admitted{0};
  in_threads([&](int) {
    for (int i = 0; i < kAmount; ++i) {
      Reserved reserved = a.reserve(demand_of(1));
      if (reserved.exceeded) continue;
      reserved.reservation.settle(use_of_tokens(1), after({}));
      ++admitted;
    }
  });
  // A demand that one limit refuses is put back at once: nothing is lost by it.
  EXPECT_EQ(admitted, kAmount);
  const auto states = a.quotas.states(after({}));
  EXPECT_EQ(states.at(0).used, kAmount);  // requests of the minute: the refused ones were put back
  EXPECT_EQ(states.at(1).used, kAmount);
  EXPECT_EQ(states.at(2).used, 0);  // in flight
  EXPECT_EQ(states.at(1).reserved, 0);
}

TEST(Threads, ReserveMoreThanTheyUseAndNeverPassTheLimit) {
  constexpr std::int64_t kAmount = 500'000;
  ClientQuotas a({tokens_a_day(kAmount)});
  std::atomic<std::int64_t> used{0};
  in_threads([&](int thread) {
    for (int i = 0; i < 5'000; ++i) {
      Reserved reserved = a.reserve(demand_of(100, 50));
      if (reserved.exceeded) continue;
      const std::int64_t tokens = (i * 7 + thread) % 151;
      if (i % 5 == 0) {
        reserved.reservation.release(after({}));
      } else {
        reserved.reservation.settle(use_of_tokens(tokens), after({}));
        used += tokens;
      }
    }
  });
  EXPECT_LE(used, kAmount);
  EXPECT_GT(used, kAmount - 150 * kThreads);
  EXPECT_EQ(a.state().used, used);
  EXPECT_EQ(a.state().reserved, 0);
}

/// Every window turns under all threads at once, while some still hold what they took in the last.
TEST(Threads, WindowsTurnUnderThem) {
  constexpr int kHours = 300;
  ClientQuotas a({limit_of(Measure::tokens, Period::hour, 1'000'000)});
  std::vector<std::atomic<std::int64_t>> used(kHours);
  in_threads([&](int) {
    Reservation kept;
    std::size_t kept_hour = 0;
    for (std::size_t hour = 0; hour < kHours; ++hour) {
      const Moment now = after(hours(hour));
      for (int i = 0; i < 20; ++i) {
        Reserved reserved = a.reserve(demand_of(3), now);
        ASSERT_FALSE(reserved.exceeded);
        if (i == 10) {
          kept.settle(use_of_tokens(2), now);
          if (hour > 0) used[kept_hour] += 2;
          kept = std::move(reserved.reservation);
          kept_hour = hour;
        } else {
          reserved.reservation.settle(use_of_tokens(1), now);
          ++used[hour];
        }
      }
    }
    kept.settle(use_of_tokens(2), after({}));
    used[kept_hour] += 2;
  });
  const LimitState last = a.state(after(hours(kHours - 1)));
  EXPECT_EQ(last.used, used[kHours - 1]);
  EXPECT_EQ(last.reserved, 0);
}

TEST(Threads, TheConfigurationChangesUnderThem) {
  ClientQuotas a({tokens_a_day(1'000'000), requests_a_minute(1'000'000)});
  std::atomic<bool> over{false};
  std::thread configures([&] {
    for (int i = 0; i < 200; ++i)
      a.apply({tokens_a_day(1'000'000 + i), requests_a_minute(1'000'000 + i)});
    over = true;
  });
  std::atomic<std::int64_t> used{0};
  in_threads([&](int) {
    for (int i = 0; i < 2'000 || !over; ++i) {
      a.reserve(demand_of(2)).reservation.settle(use_of_tokens(1), after({}));
      ++used;
      static_cast<void>(a.quotas.states(after({})));
      if (used > 500'000) break;
    }
  });
  configures.join();
  EXPECT_EQ(a.quotas.states(after({})).at(1).used, used);
}

}  // namespace
}  // namespace tollgate::quotas
