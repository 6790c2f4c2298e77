// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/base/fair_memory.hpp"

namespace tollgate {

FairMemory::Account& FairMemory::account(const std::string& client) {
  const std::lock_guard lock(mutex_);
  return accounts_[client];
}

Result<void> FairMemory::take(Account& account, std::size_t bytes) {
  // Taken first and judged after: two that take at once may both be refused, but never both be let
  // in too far.
  const std::size_t all = held_.fetch_add(bytes, std::memory_order_relaxed) + bytes;
  const std::size_t own = account.held.fetch_add(bytes, std::memory_order_relaxed) + bytes;
  const std::size_t limit = limit_.load(std::memory_order_relaxed);
  if (all <= limit && own <= limit - all) return {};
  give_back(account, bytes);
  if (own > bytes) return Error{Errc::throttled, "the client's share of the memory is used up"};
  return Error{Errc::unavailable, "no memory is left"};
}

void FairMemory::give_back(Account& account, std::size_t bytes) {
  account.held.fetch_sub(bytes, std::memory_order_relaxed);
  held_.fetch_sub(bytes, std::memory_order_relaxed);
}

MemoryHold& MemoryHold::operator=(MemoryHold&& other) noexcept {
  if (this == &other) return *this;
  shrink_to(0);
  memory_ = other.memory_;
  account_ = other.account_;
  held_ = std::exchange(other.held_, 0);
  return *this;
}

Result<void> MemoryHold::grow_to(std::size_t bytes) {
  if (bytes <= held_) return {};
  const Result<void> taken = memory_->take(*account_, bytes - held_);
  if (taken) held_ = bytes;
  return taken;
}

void MemoryHold::shrink_to(std::size_t bytes) noexcept {
  if (bytes >= held_) return;
  memory_->give_back(*account_, held_ - bytes);
  held_ = bytes;
}

}  // namespace tollgate
