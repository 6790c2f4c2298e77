// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <random>
#include <utility>
#include <vector>

#include "store_model.hpp"
#include "tollgate/redis/client.hpp"

namespace tollgate::shared_quotas {

/// Calls that a lost connection has left on their way: a server that was only slow does them yet.
using LateCalls = std::vector<redis::Call>;

/// A client whose calls are done when a test says so, in order; answers and connections are lost
/// when it says so.
class UnsureClient : public redis::Client {
 public:
  UnsureClient(StoreSeam& store, LateCalls& late, std::mt19937_64& random)
      : store_(store), late_(late), random_(random) {}

  void send(redis::Call call, Done done) override {
    waiting_.push_back({std::move(call), std::move(done)});
  }
  std::uint64_t session() const override { return session_; }
  bool ready() const override { return true; }

  bool idle() const { return waiting_.empty() && answers_.empty(); }
  /// The next call is done, or the next answer arrives.
  void step() {
    const bool answer = !answers_.empty() && (waiting_.empty() || random_() % 2 == 0);
    if (answer) {
      auto [what, done] = std::move(answers_.front());
      answers_.pop_front();
      if (done) done(std::move(what));
    } else if (!waiting_.empty()) {
      Sent sent = std::move(waiting_.front());
      waiting_.pop_front();
      redis::Answer what = store_.run(sent.call);
      answers_.emplace_back(std::move(what), std::move(sent.done));
    }
  }
  /// The connection is lost: what was not answered may have been done, or be done later, or never.
  void lose_connection() {
    ++session_;
    for (auto& [what, done] : std::exchange(answers_, {})) fail(done);
    for (Sent& sent : std::exchange(waiting_, {})) {
      if (random_() % 2 == 0) late_.push_back(sent.call);
      fail(sent.done);
    }
  }
  /// The next answer comes too late, on a connection that stays.
  void lose_answer() {
    if (answers_.empty()) return;
    const Done done = std::move(answers_.front().second);
    answers_.pop_front();
    fail(done);
  }
  /// The process is gone: nobody is told.
  void vanish() {
    answers_.clear();
    for (Sent& sent : std::exchange(waiting_, {})) {
      if (random_() % 2 == 0) late_.push_back(std::move(sent.call));
    }
  }

 private:
  struct Sent {
    redis::Call call;
    Done done;
  };

  static void fail(const Done& done) {
    if (done) done(redis::Failure{redis::FailureKind::timeout, true, "no answer"});
  }

  StoreSeam& store_;
  LateCalls& late_;
  std::mt19937_64& random_;
  std::uint64_t session_ = 1;
  std::deque<Sent> waiting_;
  std::deque<std::pair<redis::Answer, Done>> answers_;
};

}  // namespace tollgate::shared_quotas
