// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/upstream/connection_pool.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "tollgate/base/fair_share.hpp"
#include "tollgate/http/url.hpp"

namespace tollgate::upstream {

namespace asio = boost::asio;

PooledConnection::PooledConnection(ConnectionPool& pool, std::unique_ptr<net::ByteStream> stream,
                                   bool reused, const config::Client* payer)
    : pool_(&pool), stream_(std::move(stream)), reused_(reused), payer_(payer) {}

PooledConnection::PooledConnection(PooledConnection&& other) noexcept
    : pool_(std::exchange(other.pool_, nullptr)),
      stream_(std::move(other.stream_)),
      reused_(other.reused_),
      payer_(other.payer_) {}

PooledConnection& PooledConnection::operator=(PooledConnection&& other) noexcept {
  if (this != &other) {
    give_back(false);
    pool_ = std::exchange(other.pool_, nullptr);
    stream_ = std::move(other.stream_);
    reused_ = other.reused_;
    payer_ = other.payer_;
  }
  return *this;
}

PooledConnection::~PooledConnection() { give_back(false); }

void PooledConnection::keep() { give_back(true); }

void PooledConnection::give_back(bool reusable) {
  if (pool_ == nullptr) return;
  std::exchange(pool_, nullptr)->give_back(std::move(stream_), reusable, payer_);
}

bool FairShares::may_take(const config::Client* payer, std::size_t all) const {
  if (held_ >= all) return false;
  return payer == nullptr || may_hold_one_more(held(payer), held_, all);
}

std::size_t FairShares::held(const config::Client* payer) const {
  for (const auto& [holder, count] : holders_) {
    if (holder == payer) return count;
  }
  return 0;
}

void FairShares::take(const config::Client* payer) {
  ++held_;
  for (auto& [holder, count] : holders_) {
    if (holder != payer) continue;
    ++count;
    return;
  }
  holders_.emplace_back(payer, 1);
}

void FairShares::give_back(const config::Client* payer) {
  --held_;
  for (auto& entry : holders_) {
    if (entry.first != payer) continue;
    if (--entry.second > 0) return;
    entry = holders_.back();
    holders_.pop_back();
    return;
  }
}

/// One who waits for a place, in the waiting coroutine's frame: whichever way that ends, it leaves
/// the queue.
class ConnectionPool::Waiter : public Cancellation::Watcher {
 public:
  Waiter(const asio::any_io_executor& executor, Cancellation& cancellation, ConnectionPool& pool,
         const config::Client* payer, bool at_the_front)
      : Watcher(cancellation),
        timer(executor),
        pool_(pool),
        payer_(payer),
        place_(pool.waiting_.insert(at_the_front ? pool.waiting_.begin() : pool.waiting_.end(),
                                    this)) {
    pool_.queued_.take(payer_);
  }
  ~Waiter() override {
    if (!woken_) leave();
  }

  void wake() {
    leave();
    woken_ = true;
    timer.cancel();
  }
  void on_change() override { timer.cancel(); }
  bool woken() const { return woken_; }
  const config::Client* payer() const { return payer_; }

  asio::steady_timer timer;

 private:
  void leave() {
    pool_.waiting_.erase(place_);
    pool_.queued_.give_back(payer_);
  }

  ConnectionPool& pool_;
  const config::Client* payer_;
  std::list<Waiter*>::iterator place_;
  bool woken_ = false;
};

ConnectionPool::ConnectionPool(const config::Backend& backend, std::unique_ptr<Dialer> dialer)
    : backend_(backend),
      dialer_(std::move(dialer)),
      url_(http::parse_url(backend.endpoint).value()),
      host_field_(url_.authority()) {}

ConnectionPool::ConnectionPool(const config::Backend& backend, const net::ClientTls& tls,
                               net::DeadlineSweep& sweep)
    : ConnectionPool(backend,
                     std::make_unique<SocketDialer>(http::parse_url(backend.endpoint).value(), tls,
                                                    sweep, backend.egress_proxy)) {}

bool ConnectionPool::has_place_for(const config::Client* payer) const {
  return lent_.may_take(payer, backend_.connections.max);
}

/// One that goes back may leave room for several: a share grows by more than the place that was
/// freed.
void ConnectionPool::lend_to(const config::Client* payer) {
  lent_.take(payer);
  wake_one();
}

asio::awaitable<Result<PooledConnection>> ConnectionPool::acquire(Cancellation& cancellation,
                                                                  const config::Client* payer,
                                                                  bool fresh, SteadyTime until) {
  const SteadyTime deadline =
      std::min(std::chrono::steady_clock::now() + backend_.timeouts.connect, until);
  for (bool waited = false; !has_place_for(payer); waited = true) {
    if (!waited && !queued_.may_take(payer, backend_.connections.queue)) {
      co_return Error{Errc::too_large, "too many requests wait for a connection to the backend"};
    }
    const Result<void> place = co_await wait_for_slot(cancellation, payer, deadline, waited);
    if (!place) co_return place.error();
  }
  if (!fresh) {
    if (auto stream = take_idle()) {
      ++counters_.reused;
      lend_to(payer);
      co_return PooledConnection(*this, std::move(stream), true, payer);
    }
  }
  // An idle one only keeps the place that a new one needs.
  if (counters_.open >= backend_.connections.max) close_oldest_idle();
  ++counters_.open;
  lend_to(payer);
  Result<std::unique_ptr<net::ByteStream>> stream = co_await dialer_->dial(deadline, cancellation);
  if (!stream) {
    give_back(nullptr, false, payer);
    co_return stream.error();
  }
  ++counters_.created;
  if ((*stream)->is_tls() && SSL_session_reused((*stream)->ssl()) == 1) ++counters_.resumed;
  co_return PooledConnection(*this, std::move(*stream), false, payer);
}

std::unique_ptr<net::ByteStream> ConnectionPool::take_idle() {
  while (!idle_.empty()) {
    auto stream = std::move(idle_.back().stream);
    idle_.pop_back();
    if (stream->idle_and_alive()) return stream;
    stream->close();
    --counters_.open;
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
                                                            const config::Client* payer,
                                                            SteadyTime deadline,
                                                            bool at_the_front) {
  Waiter waiter(co_await asio::this_coro::executor, cancellation, *this, payer, at_the_front);
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
  const auto need = [this](const Waiter* waiter) {
    return std::pair(lent_.held(waiter->payer()), queued_.held(waiter->payer()));
  };
  Waiter* next = nullptr;
  for (Waiter* waiter : waiting_) {
    if (!has_place_for(waiter->payer())) continue;
    if (next == nullptr || need(waiter) < need(next)) next = waiter;
  }
  if (next != nullptr) next->wake();
}

void ConnectionPool::give_back(std::unique_ptr<net::ByteStream> stream, bool reusable,
                               const config::Client* payer) {
  lent_.give_back(payer);
  if (reusable && idle_.size() < backend_.connections.idle && stream->is_open()) {
    stream->no_deadline();
    dialer_->learn_from(*stream);
    idle_.push_back({std::move(stream), std::chrono::steady_clock::now()});
  } else {
    if (stream) stream->close();
    --counters_.open;
  }
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
    --counters_.open;
  }
}

}  // namespace tollgate::upstream
