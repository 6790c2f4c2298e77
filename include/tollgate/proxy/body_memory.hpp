// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "tollgate/base/error.hpp"

namespace tollgate::proxy {

/// The memory that request bodies hold, of all workers together (limits.memory). Each client may
/// hold as much as is left free: one alone half of it, two that want all they can get a third each.
/// So whoever comes always finds some. Thread-safe; outlives what is taken from it.
class BodyMemory {
 public:
  /// What one client holds. Lives as long as the memory.
  struct Account {
    std::atomic<std::size_t> held{0};
  };

  void change_limit(std::size_t limit) { limit_.store(limit, std::memory_order_relaxed); }
  /// By the client's name, whatever the configuration.
  Account& account(const std::string& client);

  /// Errors: throttled, the client's share is used up; unavailable, it holds nothing and there is
  /// still no room.
  Result<void> take(Account& account, std::size_t bytes);
  void give_back(Account& account, std::size_t bytes);
  std::size_t held() const { return held_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::size_t> limit_{0};
  std::atomic<std::size_t> held_{0};
  std::mutex mutex_;
  std::map<std::string, Account> accounts_;
};

/// What one body holds, for as long as this lives.
class BodyHold {
 public:
  BodyHold(BodyMemory& memory, BodyMemory::Account& account) : memory_(memory), account_(account) {}
  BodyHold(const BodyHold&) = delete;
  BodyHold& operator=(const BodyHold&) = delete;
  ~BodyHold() {
    if (held_ > 0) memory_.give_back(account_, held_);
  }

  /// Holds this much, if it held less. Errors as BodyMemory::take.
  Result<void> grow_to(std::size_t bytes);

 private:
  BodyMemory& memory_;
  BodyMemory::Account& account_;
  std::size_t held_ = 0;
};

}  // namespace tollgate::proxy
