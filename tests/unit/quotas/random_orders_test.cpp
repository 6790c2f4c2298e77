// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <vector>

#include "limits.hpp"

// On virtual time, in random orders: whatever becomes of reservations, a window holds what was used
// of it and what is reserved in it, and nothing that was admitted was more than the limit.
namespace tollgate::quotas {
namespace {

constexpr std::int64_t kAmount = 1000;
const std::vector<Limit>& limits() {
  static const std::vector<Limit> out{tokens_a_day(kAmount),
                                      limit_of(Measure::tokens, Period::hour, kAmount / 4),
                                      limit_of(Measure::in_flight, Period::none, 6)};
  return out;
}

/// A reservation as the model of this test knows it.
struct Held {
  Reservation reservation;
  Uuid record;  ///< of one that is parked
  std::int64_t units = 0;
  UtcTime expires;
  Moment begun;
  bool parked = false;
};

/// What a window should say.
struct Expected {
  std::int64_t used = 0;
  std::int64_t reserved = 0;
};

class RandomOrders {
 public:
  explicit RandomOrders(std::uint64_t seed) : random_(seed), a_(limits()) {}

  void run(int steps) {
    for (int i = 0; i < steps && !testing::Test::HasFatalFailure(); ++i) {
      step();
      check();
    }
    while (!held_.empty()) end(0);
    check();
  }
  int admitted() const { return admitted_; }
  int refused() const { return refused_; }

 private:
  std::int64_t pick(std::int64_t most) {
    return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(most + 1));
  }

  void step() {
    const std::int64_t what = pick(99);
    if (what < 10) time_ += std::chrono::minutes(pick(40));
    if (what < 60 || held_.empty()) return begin();
    const auto which = static_cast<std::size_t>(pick(static_cast<std::int64_t>(held_.size()) - 1));
    if (what < 65) return park(which);
    if (what < 70) return extend(which);
    if (what < 73) return expire();
    end(which);
  }

  void begin() {
    const std::int64_t units = pick(120);
    Reserved reserved = a_.reserve(demand_of(units), now());
    if (reserved.exceeded) {
      ++refused_;
      return;
    }
    ++admitted_;
    Held held;
    held.reservation = std::move(reserved.reservation);
    held.units = units;
    held.begun = now();
    move_reserved(held, units);
    held_.push_back(std::move(held));
    // Only what was used beyond a reserve may bring a window above its amount: here nothing is.
    for (const LimitState& state : a_.quotas.states(now())) ASSERT_GE(state.left, 0);
  }

  void extend(std::size_t which) {
    Held& held = held_[which];
    const auto states = a_.quotas.states(now());
    const bool room = std::all_of(states.begin(), states.end(),
                                  [](const LimitState& state) { return state.left >= 3; });
    if (held.parked || !room || held.begun.utc != now().utc) return;
    ASSERT_TRUE(held.reservation.extend(Demand{0, 0, 3, {}}, now()));
    held.units += 3;
    move_reserved(held, 3);
  }

  void park(std::size_t which) {
    Held& held = held_[which];
    if (held.parked) return;
    held.parked = true;
    held.record = make_uuid_v4();
    held.expires = now().utc + std::chrono::minutes(pick(300));
    a_.quotas.park(held.record, std::move(held.reservation), held.expires);
  }

  void expire() {
    a_.quotas.expire(now().utc);
    for (std::size_t i = held_.size(); i-- > 0;) {
      if (!held_[i].parked || held_[i].expires > now().utc) continue;
      settled(held_[i], held_[i].units);
      held_.erase(held_.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }

  void end(std::size_t which) {
    Held held = std::move(held_[which]);
    held_.erase(held_.begin() + static_cast<std::ptrdiff_t>(which));
    const std::int64_t used = pick(held.units);
    const std::int64_t how = pick(3);
    if (held.parked) {
      const bool was = a_.quotas.settle_parked(held.record, use_of_tokens(used), now());
      ASSERT_TRUE(was);
      ASSERT_FALSE(a_.quotas.settle_parked(held.record, use_of_tokens(used), now()));
      return settled(held, used);
    }
    if (how == 0) {
      held.reservation.release(now());
      return move_reserved(held, -held.units);
    }
    if (how == 1) held.reservation = Reservation();  // destroyed
    if (how == 2) held.reservation.settle(Use{}, now());
    if (how == 3) held.reservation.settle(use_of_tokens(used), now());
    settled(held, how == 3 ? used : held.units);
  }

  void move_reserved(const Held& held, std::int64_t units) {
    for (const Period period : {Period::day, Period::hour}) window(held, period).reserved += units;
  }
  void settled(const Held& held, std::int64_t used) {
    move_reserved(held, -held.units);
    for (const Period period : {Period::day, Period::hour}) window(held, period).used += used;
  }
  Expected& window(const Held& held, Period period) {
    const Window window = window_of(held.begun.utc, period, TimeZone());
    return expected_[{period, window.begin}];
  }

  /// The present windows, and each one that something is held in.
  void check() {
    check_at(now());
    for (const Held& held : held_) check_at(held.begun);
    const auto in_flight =
        std::count_if(held_.begin(), held_.end(), [](const Held& held) { return !held.parked; });
    ASSERT_EQ(a_.quotas.states(now()).back().used, in_flight);
  }
  void check_at(Moment moment) {
    for (const LimitState& state : a_.quotas.states(moment)) {
      if (!state.window) continue;
      const Expected& expected = expected_[{state.rule->limit.period, state.window->begin}];
      ASSERT_EQ(state.used, expected.used);
      ASSERT_EQ(state.reserved, expected.reserved);
      ASSERT_EQ(state.left, state.amount - expected.used - expected.reserved);
    }
  }

  Moment now() const { return after(time_); }

  std::mt19937_64 random_;
  ClientQuotas a_;
  std::chrono::nanoseconds time_{0};
  std::vector<Held> held_;
  std::map<std::pair<Period, UtcTime>, Expected> expected_;
  int admitted_ = 0;
  int refused_ = 0;
};

TEST(RandomOrders, CommittedIsWhatWasUsedAndWhatIsReserved) {
  int admitted = 0;
  int refused = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    RandomOrders orders(seed);
    orders.run(400);
    ASSERT_FALSE(HasFatalFailure()) << "seed " << seed;
    admitted += orders.admitted();
    refused += orders.refused();
  }
  EXPECT_GT(admitted, 3000);
  EXPECT_GT(refused, 3000);
}

}  // namespace
}  // namespace tollgate::quotas
