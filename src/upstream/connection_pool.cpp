// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/upstream/connection_pool.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "tollgate/http/url.hpp"

namespace tollgate::upstream {

namespace asio = boost::asio;

PooledConnection::PooledConnection(ConnectionPool& pool, std::unique_ptr<net::ByteStream> stream,
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

/// One who waits for a place, in the waiting coroutine's frame: whichever way that ends, it leaves
/// the queue.
class ConnectionPool::Waiter : public Cancellation::Watcher {
 public:
  Waiter(asio::any_io_executor executor, Cancellation& cancellation, std::list<Waiter*>& queue,
         bool at_the_front)
      : Watcher(cancellation),
        timer(std::move(executor)),
        queue_(queue),
        place_(queue.insert(at_the_front ? queue.begin() : queue.end(), this)) {}
  ~Waiter() override {
    if (!woken_) queue_.erase(place_);
  }

  void wake() {
    queue_.erase(place_);
    woken_ = true;
    timer.cancel();
  }
  void on_change() override { timer.cancel(); }
  bool woken() const { return woken_; }

  asio::steady_timer timer;

 private:
  std::list<Waiter*>& queue_;
  std::list<Waiter*>::iterator place_;
  bool woken_ = false;
};

ConnectionPool::ConnectionPool(const config::Backend& backend, std::unique_ptr<Dialer> dialer)
    : backend_(backend),
      dialer_(std::move(dialer)),
      host_field_(http::parse_url(backend.endpoint).value().authority()) {}

ConnectionPool::ConnectionPool(const config::Backend& backend, const net::ClientTls& tls,
                               net::DeadlineSweep& sweep)
    : ConnectionPool(backend,
                     std::make_unique<SocketDialer>(http::parse_url(backend.endpoint).value(), tls,
                                                    sweep, backend.egress_proxy)) {}

asio::awaitable<Result<PooledConnection>> ConnectionPool::acquire(Cancellation& cancellation,
                                                                  bool fresh, SteadyTime until) {
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
    const Result<void> place = co_await wait_for_slot(cancellation, deadline, waited);
    if (!place) co_return place.error();
  }
  ++counters_.open;
  Result<std::unique_ptr<net::ByteStream>> stream = co_await dialer_->dial(deadline, cancellation);
  if (!stream) {
    free_slot();
    co_return stream.error();
  }
  ++counters_.created;
  if ((*stream)->is_tls() && SSL_session_reused((*stream)->ssl()) == 1) ++counters_.resumed;
  co_return PooledConnection(*this, std::move(*stream), false);
}

std::unique_ptr<net::ByteStream> ConnectionPool::take_idle() {
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
asio::awaitable<Result<void>> ConnectionPool::wait_for_slot(Cancellation& cancellation,
                                                            SteadyTime deadline,
                                                            bool at_the_front) {
  Waiter waiter(co_await asio::this_coro::executor, cancellation, waiting_, at_the_front);
  waiter.timer.expires_at(deadline);
  boost::system::error_code ignored;
  if (cancellation.wanted()) {
    co_await waiter.timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
  // Not the timer's word: it may have passed just before it was cancelled. A place that somebody
  // got who wants it no more is the next one's.
  if (!cancellation.wanted()) {
    if (waiter.woken()) wake_one();
    co_return Error{Errc::cancelled, "nobody waits for the answer any more"};
  }
  if (waiter.woken()) co_return Result<void>();
  co_return Error{Errc::too_large, "all connections to the backend are in use"};
}

void ConnectionPool::wake_one() {
  if (!waiting_.empty()) waiting_.front()->wake();
}

void ConnectionPool::give_back(std::unique_ptr<net::ByteStream> stream, bool reusable) {
  if (reusable && idle_.size() < backend_.connections.idle && stream->is_open()) {
    stream->no_deadline();
    dialer_->learn_from(*stream);
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
