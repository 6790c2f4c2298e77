// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/upstream/connection_pool.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "tollgate/net/connect.hpp"

namespace tollgate::upstream {

namespace asio = boost::asio;

PooledConnection::PooledConnection(ConnectionPool& pool, std::unique_ptr<net::Stream> stream,
                                   bool reused)
    : pool_(&pool), stream_(std::move(stream)), reused_(reused) {}

PooledConnection::PooledConnection(PooledConnection&& other) noexcept
    : pool_(std::exchange(other.pool_, nullptr)),
      stream_(std::move(other.stream_)),
      reused_(other.reused_) {}

PooledConnection& PooledConnection::operator=(PooledConnection&& other) noexcept {
  if (this != &other) {
    give_back(false);
    pool_ = std::exchange(other.pool_, nullptr);
    stream_ = std::move(other.stream_);
    reused_ = other.reused_;
  }
  return *this;
}

PooledConnection::~PooledConnection() { give_back(false); }

void PooledConnection::keep() { give_back(true); }

void PooledConnection::give_back(bool reusable) {
  if (pool_ == nullptr) return;
  std::exchange(pool_, nullptr)->give_back(std::move(stream_), reusable);
}

ConnectionPool::ConnectionPool(const config::Backend& backend, const net::ClientTls& tls,
                               net::DeadlineSweep& sweep)
    : backend_(backend),
      tls_(tls),
      sweep_(sweep),
      url_(http::parse_url(backend.endpoint).value()),
      host_field_(url_.authority()) {}

asio::awaitable<Result<PooledConnection>> ConnectionPool::acquire(bool fresh, SteadyTime until) {
  const SteadyTime deadline =
      std::min(std::chrono::steady_clock::now() + backend_.timeouts.connect, until);
  for (bool waited = false;; waited = true) {
    if (!fresh) {
      if (auto stream = take_idle()) {
        ++counters_.reused;
        co_return PooledConnection(*this, std::move(stream), true);
      }
    } else if (counters_.open >= backend_.connections.max) {
      close_oldest_idle();  // which only keeps the place that this one needs
    }
    if (counters_.open < backend_.connections.max) break;
    if (!waited && waiting_.size() >= backend_.connections.queue) {
      co_return Error{Errc::too_large, "too many requests wait for a connection to the backend"};
    }
    const bool in_time = co_await wait_for_slot(deadline, waited);
    if (!in_time) co_return Error{Errc::too_large, "all connections to the backend are in use"};
  }
  ++counters_.open;
  Result<std::unique_ptr<net::Stream>> stream = co_await open(deadline);
  if (!stream) {
    free_slot();
    co_return stream.error();
  }
  ++counters_.created;
  co_return PooledConnection(*this, std::move(*stream), false);
}

std::unique_ptr<net::Stream> ConnectionPool::take_idle() {
  while (!idle_.empty()) {
    auto stream = std::move(idle_.back().stream);
    idle_.pop_back();
    if (stream->idle_and_alive()) return stream;
    stream->close();
    free_slot();
  }
  return nullptr;
}

void ConnectionPool::close_oldest_idle() {
  if (idle_.empty()) return;
  idle_.front().stream->close();
  idle_.erase(idle_.begin());
  --counters_.open;
}

/// Whoever was woken and found the place taken by a newcomer waits on as the first.
asio::awaitable<bool> ConnectionPool::wait_for_slot(SteadyTime deadline, bool at_the_front) {
  Waiter waiter{asio::steady_timer(co_await asio::this_coro::executor)};
  waiter.timer.expires_at(deadline);
  const auto place = waiting_.insert(at_the_front ? waiting_.begin() : waiting_.end(), &waiter);
  boost::system::error_code ignored;
  co_await waiter.timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  // Not the timer's word: it may have passed just before it was cancelled.
  if (!waiter.woken) waiting_.erase(place);
  co_return waiter.woken;
}

void ConnectionPool::wake_one() {
  if (waiting_.empty()) return;
  Waiter& waiter = *waiting_.front();
  waiting_.pop_front();
  waiter.woken = true;
  waiter.timer.cancel();
}

asio::awaitable<Result<std::unique_ptr<net::Stream>>> ConnectionPool::open(SteadyTime deadline) {
  Result<net::Endpoints> endpoints = co_await net::resolve(url_.host, url_.port, deadline);
  if (!endpoints) co_return endpoints.error();
  Result<net::Socket> socket = co_await net::connect(std::move(*endpoints), deadline);
  if (!socket) co_return socket.error();
  auto stream = std::make_unique<net::Stream>(std::move(*socket), sweep_);
  if (!url_.tls) co_return std::move(stream);
  stream->deadline(deadline);
  const Result<void> secured =
      co_await stream->handshake(tls_.connection(url_.host, session_.get()));
  if (!secured) co_return secured.error();
  stream->no_deadline();
  if (SSL_session_reused(stream->ssl()) == 1) ++counters_.resumed;
  co_return std::move(stream);
}

void ConnectionPool::give_back(std::unique_ptr<net::Stream> stream, bool reusable) {
  if (reusable && idle_.size() < backend_.connections.idle && stream->is_open()) {
    stream->no_deadline();
    // TLS 1.3 sends its tickets after the handshake: by the end of an exchange they are here.
    if (stream->is_tls()) session_.reset(SSL_get1_session(stream->ssl()));
    idle_.push_back({std::move(stream), std::chrono::steady_clock::now()});
    wake_one();
    return;
  }
  if (stream) stream->close();
  free_slot();
}

void ConnectionPool::free_slot() {
  --counters_.open;
  wake_one();
}

void ConnectionPool::close_idle(SteadyTime now) {
  const auto expired = [&](const Idle& entry) {
    return now - entry.since >= backend_.connections.idle_timeout;
  };
  // The oldest stand first: they were given back first and the newest are taken first.
  while (!idle_.empty() && expired(idle_.front())) {
    idle_.front().stream->close();
    idle_.erase(idle_.begin());
    free_slot();
  }
}

}  // namespace tollgate::upstream
