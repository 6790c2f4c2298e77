// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/base/errand.hpp"

#include <unordered_set>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/execution/context.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace tollgate {

namespace asio = boost::asio;

/// The waits of one context. A context that ends destroys its coroutines while it empties its
/// queue, to which nobody may post any more by then: their waits are given up before, for a context
/// shuts its oldest service, the scheduler, down last.
class Errand::Waits : public asio::execution_context::service {
 public:
  using key_type = Waits;
  static asio::execution_context::id id;

  explicit Waits(asio::execution_context& context) : service(context) {}
  static Waits& of(const asio::any_io_executor& executor) {
    return asio::use_service<Waits>(asio::query(executor, asio::execution::context));
  }

  void add(Errand& errand) {
    const std::lock_guard lock(mutex_);
    errands_.insert(&errand);
  }
  void remove(Errand& errand) {
    const std::lock_guard lock(mutex_);
    errands_.erase(&errand);
  }

 private:
  void shutdown() override {
    const std::lock_guard lock(mutex_);
    for (Errand* const errand : errands_) errand->give_up();
  }

  std::mutex mutex_;
  std::unordered_set<Errand*> errands_;
};

asio::execution_context::id Errand::Waits::id;

/// Stands in the waiting coroutine's frame: whichever way that ends, nothing is posted to its
/// executor afterwards.
class Errand::Wait : public Cancellation::Watcher {
 public:
  Wait(Errand& errand, Cancellation& cancellation, SteadyTime until)
      : Watcher(cancellation),
        errand_(errand),
        timer_(errand.waiter_),
        waits_(Waits::of(errand.waiter_)) {
    timer_.expires_at(until);
    errand_.timer_ = &timer_;
    waits_.add(errand_);
  }
  ~Wait() override {
    errand_.timer_ = nullptr;
    errand_.give_up();
    waits_.remove(errand_);
  }

  void on_change() override { timer_.cancel(); }
  /// Until something has changed, or the time has come.
  asio::awaitable<void> some_time() {
    boost::system::error_code ignored;
    co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
  bool done() {
    const std::lock_guard lock(errand_.mutex_);
    return errand_.done_;
  }

 private:
  Errand& errand_;
  asio::steady_timer timer_;
  Waits& waits_;
};

void Errand::give_up() {
  const std::lock_guard lock(mutex_);
  given_up_ = true;
}

asio::awaitable<bool> Errand::wait(std::shared_ptr<Errand> self, Cancellation& cancellation) {
  Wait wait(*self, cancellation, SteadyTime::max());
  // Not the timer's word: done() may have come before the wait began, or between two turns of this
  // coroutine.
  while (!wait.done()) {
    if (cancellation.stopped()) co_return false;
    co_await wait.some_time();
  }
  co_return true;
}

asio::awaitable<bool> Errand::wait_while_wanted(std::shared_ptr<Errand> self,
                                                Cancellation& cancellation, SteadyTime until) {
  Wait wait(*self, cancellation, until);
  while (!wait.done()) {
    const bool too_late = std::chrono::steady_clock::now() >= until;
    if (too_late || !cancellation.wanted()) co_return false;
    co_await wait.some_time();
  }
  co_return true;
}

void Errand::done(const std::shared_ptr<Errand>& self) {
  const std::lock_guard lock(self->mutex_);
  self->done_ = true;
  if (self->given_up_) return;
  // Under the lock: as long as the wait has not been given up, its executor lives.
  asio::post(self->waiter_, [self] {
    if (self->timer_ != nullptr) self->timer_->cancel();
  });
}

asio::awaitable<Result<void>> await_elsewhere(asio::any_io_executor there,
                                              asio::awaitable<void> work,
                                              Cancellation& cancellation) {
  struct Job : Errand {
    using Errand::Errand;
    std::exception_ptr failure;
  };
  const auto job = std::make_shared<Job>(co_await asio::this_coro::executor);
  asio::co_spawn(there, std::move(work), [job](const std::exception_ptr& failure) {
    job->failure = failure;
    Errand::done(job);
  });
  const bool done = co_await Errand::wait(job, cancellation);
  if (!done) co_return Error{Errc::cancelled, "the gateway stops"};
  if (job->failure) std::rethrow_exception(job->failure);
  co_return Result<void>();
}

}  // namespace tollgate
