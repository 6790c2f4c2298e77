// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/proxy/connection_shares.hpp"

#include <algorithm>

namespace tollgate::proxy {
namespace {

constexpr std::size_t kOfWhatIsFree = 7;

/// `own`: the client's connections, `owned`: all clients', both without the one in question.
bool may_be_one_more(std::size_t own, std::size_t owned, std::size_t limit) {
  if (own == 0) return true;
  if (own >= kOfWhatIsFree * (limit - std::min(owned, limit))) return false;
  return limit > kOfWhatIsFree || owned + 1 < limit;
}

}  // namespace

ConnectionShares::Account& ConnectionShares::account(const std::string& client) {
  const std::lock_guard lock(mutex_);
  return accounts_[client];
}

bool ConnectionShares::assign(Account& account) {
  // Taken first and judged after: two that come at once may both be refused, but never both be let
  // in too far.
  const std::size_t own = account.held.fetch_add(1, std::memory_order_relaxed);
  const std::size_t owned = owned_.fetch_add(1, std::memory_order_relaxed);
  if (may_be_one_more(own, owned, limit_.load(std::memory_order_relaxed))) return true;
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
