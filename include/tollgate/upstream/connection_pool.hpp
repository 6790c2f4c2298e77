// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include "tollgate/base/cancellation.hpp"
#include "tollgate/base/error.hpp"
#include "tollgate/config/config.hpp"
#include "tollgate/http/url.hpp"
#include "tollgate/net/byte_stream.hpp"
#include "tollgate/upstream/dialer.hpp"

namespace tollgate::upstream {

class ConnectionPool;

/// A connection on loan from its pool. Goes back with keep(); otherwise it is closed when the loan
/// ends.
class PooledConnection {
 public:
  PooledConnection() = default;
  PooledConnection(ConnectionPool& pool, std::unique_ptr<net::ByteStream> stream, bool reused,
                   const config::Client* payer);
  PooledConnection(PooledConnection&& other) noexcept;
  PooledConnection& operator=(PooledConnection&& other) noexcept;
  ~PooledConnection();

  net::ByteStream& stream() { return *stream_; }
  /// Whether it has carried an exchange before: only then can it be stale.
  bool reused() const { return reused_; }
  /// Ends the loan: the last exchange left it in a clean state, another may use it.
  void keep();

 private:
  void give_back(bool reusable);

  ConnectionPool* pool_ = nullptr;
  std::unique_ptr<net::ByteStream> stream_;
  bool reused_ = false;
  const config::Client* payer_ = nullptr;
};

/// Who holds how many of something that is shared by the rule of base/fair_share.hpp. Small
/// numbers, looked through one by one.
class FairShares {
 public:
  /// Whether one more may be `payer`'s, of `all` in total; null is nobody, who has no share.
  bool may_take(const config::Client* payer, std::size_t all) const;
  void take(const config::Client* payer);
  void give_back(const config::Client* payer);
  std::size_t held(const config::Client* payer) const;

 private:
  std::vector<std::pair<const config::Client*, std::size_t>> holders_;  ///< with one at least
  std::size_t held_ = 0;
};

/// What has happened to a pool's connections since start.
struct PoolCounters {
  std::uint64_t created = 0;
  std::uint64_t reused = 0;
  std::uint64_t resumed = 0;  ///< created with a resumed TLS session
  std::uint64_t open = 0;     ///< now, on loan or idle

  PoolCounters& operator+=(const PoolCounters& other) {
    created += other.created;
    reused += other.reused;
    resumed += other.resumed;
    open += other.open;
    return *this;
  }
};

/// Keep-alive connections of one worker to one backend: newest first, capped. Used on that worker's
/// executor only, and outlives every loan.
class ConnectionPool {
 public:
  /// The backend must outlive the pool; its endpoint is already checked.
  ConnectionPool(const config::Backend& backend, std::unique_ptr<Dialer> dialer);
  /// Over sockets. Everything given must outlive the pool.
  ConnectionPool(const config::Backend& backend, const net::ClientTls& tls,
                 net::DeadlineSweep& sweep);
  ConnectionPool(const ConnectionPool&) = delete;
  ConnectionPool& operator=(const ConnectionPool&) = delete;

  /// An idle connection that still lives, or a new one; waits its turn when connections.max are
  /// open, in a queue of at most connections.queue. All within timeouts.connect, and no later than
  /// `until`. Errors: unavailable, timeout, tls; too_large: the wait was too long or the queue is,
  /// which is not the backend's fault; cancelled: nobody wants it any more, and its place in the
  /// queue is free at once. `payer` is whose request it is for: connections and places in the queue
  /// are shared fairly (FairShares), and the one who holds least, or else waits for least, is
  /// served first. `fresh` asks for a new connection, for the retry after a stale one.
  boost::asio::awaitable<Result<PooledConnection>> acquire(Cancellation& cancellation,
                                                           const config::Client* payer = nullptr,
                                                           bool fresh = false,
                                                           SteadyTime until = SteadyTime::max());

  /// Closes what has idled longer than connections.idle_timeout.
  void close_idle(SteadyTime now);

  const PoolCounters& counters() const { return counters_; }
  const std::string& host_field() const { return host_field_; }
  /// What stands before every target at this backend; empty: nothing.
  std::string_view base_path() const {
    return url_.target == "/" ? std::string_view() : std::string_view(url_.target);
  }

 private:
  friend class PooledConnection;
  struct Idle {
    std::unique_ptr<net::ByteStream> stream;
    SteadyTime since;
  };
  class Waiter;

  std::unique_ptr<net::ByteStream> take_idle();
  boost::asio::awaitable<Result<void>> wait_for_slot(Cancellation& cancellation,
                                                     const config::Client* payer,
                                                     SteadyTime deadline, bool at_the_front);
  void close_oldest_idle();
  bool has_place_for(const config::Client* payer) const;
  void lend_to(const config::Client* payer);
  void give_back(std::unique_ptr<net::ByteStream> stream, bool reusable,
                 const config::Client* payer);
  void wake_one();

  const config::Backend& backend_;
  std::unique_ptr<Dialer> dialer_;
  http::Url url_;
  std::string host_field_;
  std::vector<Idle> idle_;
  std::list<Waiter*> waiting_;
  FairShares lent_;
  FairShares queued_;
  PoolCounters counters_;
};

}  // namespace tollgate::upstream
