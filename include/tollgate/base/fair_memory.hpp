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

namespace tollgate {

/// Memory that clients share, of all workers together. Each client may hold as much as is left
/// free: one alone half of it, two that want all they can get a third each. So whoever comes always
/// finds some. Thread-safe; outlives what is taken from it.
class FairMemory {
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

/// What one thing holds of it, for as long as this lives; goes with it from thread to thread.
class MemoryHold {
 public:
  MemoryHold(FairMemory& memory, FairMemory::Account& account)
      : memory_(&memory), account_(&account) {}
  MemoryHold(MemoryHold&& other) noexcept
      : memory_(other.memory_), account_(other.account_), held_(std::exchange(other.held_, 0)) {}
  MemoryHold& operator=(MemoryHold&& other) noexcept;
  ~MemoryHold() { shrink_to(0); }

  /// Holds this much, if it held less. Errors as FairMemory::take, and it holds what it held.
  Result<void> grow_to(std::size_t bytes);
  /// Holds this much, if it held more.
  void shrink_to(std::size_t bytes) noexcept;
  std::size_t held() const { return held_; }
  /// One of the same client's that holds nothing.
  MemoryHold another() const { return {*memory_, *account_}; }

 private:
  FairMemory* memory_;
  FairMemory::Account* account_;
  std::size_t held_ = 0;
};

}  // namespace tollgate
