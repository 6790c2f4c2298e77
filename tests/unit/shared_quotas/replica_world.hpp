// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <numeric>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "replica.hpp"

namespace tollgate::shared_quotas {

/// What goes wrong in a world, in percent of its steps.
struct Troubles {
  int lost_connections = 0;
  int lost_answers = 0;
  int kills = 0;
  int flushes = 0;
  int late_uses = 0;  ///< that are more than was reserved
};

/// Several gateways of two workers each, on one store, in random orders: whatever is lost, nobody
/// is given more than there is, and in the end the store has what the ledgers have.
class ReplicaWorld {
 public:
  static constexpr std::int64_t kOfClient = 3000;
  static constexpr std::int64_t kOfGateway = 5000;
  static constexpr std::int64_t kInFlight = 5;

  ReplicaWorld(StoreSeam& store, std::uint64_t seed, std::size_t gateways, bool strict,
               Troubles troubles)
      : store_(store), random_(seed), troubles_(troubles), ledgers_(gateways) {
    using quotas::Measure;
    using quotas::Scope;
    rules_ = {rule_of({Scope::client, "a", {}}, Measure::tokens, kOfClient, strict),
              rule_of({Scope::client, "a", {}}, Measure::in_flight, kInFlight, strict),
              rule_of({Scope::gateway, {}, {}}, Measure::tokens, kOfGateway, strict)};
    for (std::size_t i = 0; i < gateways; ++i) replicas_.push_back(start(i));
    settle_down();
    store_.pass(seconds(3));
  }

  void run(int steps) {
    for (int i = 0; i < steps && !testing::Test::HasFailure(); ++i) step();
    settle_down();
    while (!open_.empty()) {
      end(0);
      settle_down();
    }
  }
  int admitted() const { return admitted_; }
  int refused() const { return refused_; }
  int away() const { return away_; }

  void expect_ledgers_in_store() {
    std::int64_t used = 0;
    for (const std::int64_t ledger : ledgers_) used += ledger;
    for (const StoredState& state : stored()) {
      const bool tokens = state.key.measure == quotas::Measure::tokens;
      EXPECT_EQ(state.used + state.reserved, tokens ? used : 0)
          << to_text(state.key.subject) << " " << to_string(state.key.measure);
    }
  }
  /// As the first gateway sees it.
  std::vector<StoredState> stored() {
    // What is had ahead is given back when it is idle.
    store_.pass(seconds(11));  // whoever was killed is not heard of any more
    for (int i = 0; i < 3; ++i) {
      for (auto& replica : replicas_) {
        quotas::Moment later = quotas::Moment::now();
        later.steady += seconds(10);
        for (std::size_t w = 0; w < 2; ++w) replica->worker(w).tick(later);
        replica->shared().beat();
      }
      settle_down();
    }
    return replicas_.front()->shared().states();
  }

 private:
  struct Open {
    std::size_t gateway = 0;
    std::int64_t units = 0;
    quotas::Reservation reservation;
  };

  int pick(int most) { return static_cast<int>(random_() % static_cast<std::uint64_t>(most + 1)); }
  bool happens(int percent) { return pick(99) < percent; }

  std::unique_ptr<Replica> start(std::size_t gateway) {
    Process process{"gateway-" + std::to_string(gateway), ++incarnation_, 2};
    auto out = std::make_unique<Replica>(io_, rules_, process, store_, late_, random_);
    for (const quotas::Rule& rule : rules_) {
      if (rule.limit.measure != quotas::Measure::tokens) continue;
      const quotas::Use use{1, ledgers_[gateway], std::nullopt, 0, std::nullopt};
      out->quotas().restore(key_of(rule), quotas::Moment::now().utc, use, quotas::Moment::now());
    }
    out->shared().start();
    return out;
  }

  void step() {
    const int what = pick(99);
    if (what < 20) reserve();
    if (what >= 20 && what < 35 && !open_.empty()) end(random_() % open_.size());
    if (what >= 35 && what < 38) any().shared().beat();
    Replica& one = any();
    UnsureClient& client = one.client(random_() % one.clients());
    if (happens(troubles_.lost_connections)) client.lose_connection();
    if (happens(troubles_.lost_answers)) client.lose_answer();
    if (happens(troubles_.kills)) kill();
    if (happens(troubles_.flushes)) flush();
    if (!late_.empty() && happens(30)) do_late();
    for (int i = 0; i < 3; ++i) any_client().step();
    io_.poll();
    io_.restart();
    check();
  }

  Replica& any() { return *replicas_[random_() % replicas_.size()]; }
  UnsureClient& any_client() {
    Replica& one = any();
    return one.client(random_() % one.clients());
  }

  void reserve() {
    const std::size_t gateway = random_() % replicas_.size();
    const std::int64_t units = pick(120);
    ++asking_[replicas_[gateway].get()];
    replicas_[gateway]->reserve(
        random_() % 2, units,
        [this, gateway, units, of = replicas_[gateway].get()](quotas::Reserved got) {
          --asking_[of];
          if (of != replicas_[gateway].get()) return;  // it was killed meanwhile
          if (got.exceeded) {
            ++(got.exceeded->kind == quotas::Exceeded::Kind::store_away ? away_ : refused_);
            return;
          }
          ++admitted_;
          open_.push_back({gateway, units, std::move(got.reservation)});
        });
  }

  void end(std::size_t which) {
    Open one = std::move(open_[which]);
    open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(which));
    if (happens(20)) return one.reservation.release(quotas::Moment::now());
    std::int64_t used = pick(static_cast<int>(one.units));
    if (happens(troubles_.late_uses)) used = one.units + pick(50);
    one.reservation.settle({1, used, std::nullopt, 0, std::nullopt}, quotas::Moment::now());
    ledgers_[one.gateway] += used;
  }

  /// kill -9, and the start of another run, which finds in its ledger what the requests that were
  /// under way have used.
  void kill() {
    const std::size_t gateway = random_() % replicas_.size();
    Replica& dead = *replicas_[gateway];
    for (std::size_t i = 0; i < dead.clients(); ++i) dead.client(i).vanish();
    std::vector<Open> left;
    for (Open& one : open_) {
      if (one.gateway != gateway) {
        left.push_back(std::move(one));
      } else {
        ledgers_[gateway] += pick(static_cast<int>(one.units));
        graves_of_reservations_.push_back(std::move(one));
      }
    }
    open_ = std::move(left);
    graves_.push_back(std::move(replicas_[gateway]));
    replicas_[gateway] = start(gateway);
  }

  /// Whoever lives states what it has before a count that has just been made is believed.
  void flush() {
    store_.flush();
    settle_down();
    for (auto& replica : replicas_) replica->shared().beat();
    settle_down();
    for (auto& replica : replicas_) {
      for (std::size_t w = 0; w < 2; ++w) replica->worker(w).tick(quotas::Moment::now());
    }
    settle_down();
    store_.pass(seconds(3));
  }

  void do_late() {
    (void)store_.run(late_.front());
    late_.erase(late_.begin());
  }

  /// All that is on its way arrives.
  void settle_down() {
    while (!late_.empty()) do_late();
    for (bool idle = false; !idle;) {
      idle = true;
      io_.poll();
      io_.restart();
      for (auto& replica : replicas_) {
        if (asking_[replica.get()] == 0 || !replica->idle()) continue;
        // It waits a moment for what is being given back.
        io_.run_one_for(milliseconds(5));
        io_.restart();
        idle = false;
      }
      for (auto& replica : replicas_) {
        for (std::size_t i = 0; i < replica->clients(); ++i) {
          while (!replica->client(i).idle()) {
            replica->client(i).step();
            idle = false;
          }
        }
      }
      io_.poll();
      io_.restart();
    }
  }

  /// Unless more is used than was reserved, all together never have more than there is.
  void check() {
    if (troubles_.late_uses > 0) return;
    std::int64_t of_client = 0;
    std::int64_t of_gateway = 0;
    for (auto& replica : replicas_) {
      of_client += replica->claimed(quotas::Scope::client, quotas::Measure::tokens);
      of_gateway += replica->claimed(quotas::Scope::gateway, quotas::Measure::tokens);
    }
    ASSERT_LE(of_client, kOfClient);
    ASSERT_LE(of_gateway, kOfGateway);
  }

  StoreSeam& store_;
  std::mt19937_64 random_;
  Troubles troubles_;
  std::vector<std::int64_t> ledgers_;
  LateCalls late_;
  std::map<const Replica*, int> asking_;  ///< requests that are being decided
  std::vector<quotas::Rule> rules_;
  std::int64_t incarnation_ = 0;
  boost::asio::io_context io_;
  std::vector<std::unique_ptr<Replica>> graves_;
  std::vector<std::unique_ptr<Replica>> replicas_;
  std::vector<Open> graves_of_reservations_;
  std::vector<Open> open_;
  int admitted_ = 0;
  int refused_ = 0;
  int away_ = 0;
};

}  // namespace tollgate::shared_quotas
