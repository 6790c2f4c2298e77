// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/proxy/connection_shares.hpp"

#include "tollgate/base/fair_share.hpp"

namespace tollgate::proxy {

ConnectionShares::Account& ConnectionShares::account(const std::string& client) {
  const std::lock_guard lock(mutex_);
  return accounts_[client];
}

bool ConnectionShares::assign(Account& account) {
  // Taken first and judged after: two that come at once may both be refused, but never both be let
  // in too far.
  const std::size_t own = account.held.fetch_add(1, std::memory_order_relaxed);
  const std::size_t owned = owned_.fetch_add(1, std::memory_order_relaxed);
  if (may_hold_one_more(own, owned, limit_.load(std::memory_order_relaxed))) return true;
  release(account);
  return false;
}

void ConnectionShares::assign_instead(Account& account) {
  account.held.fetch_add(1, std::memory_order_relaxed);
  owned_.fetch_add(1, std::memory_order_relaxed);
}

void ConnectionShares::release(Account& account) {
  account.held.fetch_sub(1, std::memory_order_relaxed);
  owned_.fetch_sub(1, std::memory_order_relaxed);
}

}  // namespace tollgate::proxy
