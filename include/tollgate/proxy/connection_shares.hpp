// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstddef>
#include <map>
#include <mutex>
#include <string>

namespace tollgate::proxy {

/// The client connections of all workers together (limits.connections), shared by clients by the
/// rule of base/fair_share.hpp. Those of strangers count as free: they give way. Thread-safe;
/// outlives the connections.
class ConnectionShares {
 public:
  /// How many one client holds. Lives as long as the shares.
  struct Account {
    std::atomic<std::size_t> held{0};
  };

  void change_limit(std::size_t limit) { limit_.store(limit, std::memory_order_relaxed); }
  /// By the client's name, whatever the configuration.
  Account& account(const std::string& client);

  /// One more connection, nobody's yet. False: it is one over the limit, and counted all the same.
  bool enter() {
    return total_.fetch_add(1, std::memory_order_relaxed) < limit_.load(std::memory_order_relaxed);
  }
  /// Of a connection that is counted and, by now, nobody's.
  void leave() { total_.fetch_sub(1, std::memory_order_relaxed); }

  /// A connection that is counted becomes this client's. False: it holds its share, and it did not.
  bool assign(Account& account);
  /// It does whatever the share is: another of the client's is about to end.
  void assign_instead(Account& account);
  void release(Account& account);

  std::size_t total() const { return total_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::size_t> limit_{0};
  std::atomic<std::size_t> total_{0};
  std::atomic<std::size_t> owned_{0};  ///< of them: clients'
  std::mutex mutex_;
  std::map<std::string, Account> accounts_;
};

/// A connection's place among all: a stranger's until a request has shown whose it is.
class ConnectionPlace {
 public:
  virtual ~ConnectionPlace() = default;
  /// Whose it is from now on. False: that client holds its share of the connections already.
  virtual bool claim(ConnectionShares::Account& account) = 0;
};

}  // namespace tollgate::proxy
