// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/proxy/body_memory.hpp"

namespace tollgate::proxy {

BodyMemory::Account& BodyMemory::account(const std::string& client) {
  const std::lock_guard lock(mutex_);
  return accounts_[client];
}

Result<void> BodyMemory::take(Account& account, std::size_t bytes) {
  // Taken first and judged after: two that take at once may both be refused, but never both be let
  // in too far.
  const std::size_t all = held_.fetch_add(bytes, std::memory_order_relaxed) + bytes;
  const std::size_t own = account.held.fetch_add(bytes, std::memory_order_relaxed) + bytes;
  const std::size_t limit = limit_.load(std::memory_order_relaxed);
  if (all <= limit && own <= limit - all) return {};
  give_back(account, bytes);
  if (own > bytes) return Error{Errc::throttled, "the client's share of the memory is used up"};
  return Error{Errc::unavailable, "no memory is left for the body"};
}

void BodyMemory::give_back(Account& account, std::size_t bytes) {
  account.held.fetch_sub(bytes, std::memory_order_relaxed);
  held_.fetch_sub(bytes, std::memory_order_relaxed);
}

Result<void> BodyHold::grow_to(std::size_t bytes) {
  if (bytes <= held_) return {};
  const Result<void> taken = memory_.take(account_, bytes - held_);
  if (taken) held_ = bytes;
  return taken;
}

}  // namespace tollgate::proxy
