// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "tollgate/base/time.hpp"

namespace tollgate::redis {

/// Whether the store serves, as all clients of the process see it. Thread-safe.
class Health {
 public:
  enum class State : std::uint8_t { connecting, ready, down };

  /// `clients`: how many there are. `endpoint`: how messages name the store.
  Health(std::size_t clients, std::string endpoint);

  /// A client's state is another; `why` it is down. A line in the log when that makes a difference
  /// for the process.
  void tell(std::size_t client, State state, std::string_view why);
  /// The server may throw keys away by that policy (maxmemory-policy), and nobody has allowed it;
  /// empty: it may not.
  void tell_eviction(std::string_view policy);

  struct Status {
    State state = State::connecting;  ///< the worst of all clients'
    std::size_t ready = 0;            ///< clients that are
    std::size_t clients = 0;
    std::string why;  ///< of one that is down
  };
  Status status() const;
  /// For readiness: what is wrong with it, none if nothing is.
  std::vector<std::string> problems() const;

 private:
  Status status_locked() const;

  mutable std::mutex mutex_;
  const std::string endpoint_;
  std::vector<State> clients_;
  std::string why_;
  std::string eviction_;
  State logged_ = State::connecting;
};

/// The enumerator's own name.
std::string_view to_string(Health::State state);

}  // namespace tollgate::redis
