// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "tollgate/base/time.hpp"

namespace tollgate::redis {

/// Whether the store serves, as all threads of the process that call it see it. Thread-safe.
class Health {
 public:
  enum class State : std::uint8_t { connecting, ready, down };

  /// `threads`: how many there are. `endpoint`: how messages name the store.
  Health(std::size_t threads, std::string endpoint);

  /// A store that answers late now and then is not told of more often.
  static constexpr seconds kTellEvery{10};

  /// To that thread the state is so: whenever it changes, and each second; `why` it is down. A line
  /// in the log when that makes a difference for the process; true: there was one.
  bool tell(std::size_t thread, State state, std::string_view why,
            SteadyTime now = std::chrono::steady_clock::now());
  /// The server may throw keys away by that policy (maxmemory-policy), and nobody has allowed it;
  /// empty: it may not.
  void tell_eviction(std::string_view policy);

  struct Status {
    State state = State::connecting;  ///< the worst of all threads'
    std::size_t ready = 0;            ///< threads to which it is
    std::size_t threads = 0;
    std::string why;  ///< of one to which it is down
  };
  Status status() const;
  /// For readiness: what is wrong with it, none if nothing is.
  std::vector<std::string> problems() const;

 private:
  Status status_locked() const;

  mutable std::mutex mutex_;
  const std::string endpoint_;
  std::vector<State> threads_;
  std::string why_;
  std::string eviction_;
  State logged_ = State::connecting;
  SteadyTime told_at_{};  ///< that it is down
};

/// The enumerator's own name.
std::string_view to_string(Health::State state);

}  // namespace tollgate::redis
