// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/base/errand.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace tollgate {

namespace asio = boost::asio;

/// Stands in the waiting coroutine's frame: whichever way that ends, nothing is posted to its
/// executor afterwards.
class Errand::Wait : public Cancellation::Watcher {
 public:
  Wait(Errand& errand, Cancellation& cancellation)
      : Watcher(cancellation), errand_(errand), timer_(errand.waiter_) {
    timer_.expires_at(asio::steady_timer::time_point::max());
    errand_.timer_ = &timer_;
  }
  ~Wait() override {
    errand_.timer_ = nullptr;
    const std::lock_guard lock(errand_.mutex_);
    errand_.given_up_ = true;
  }

  void on_change() override { timer_.cancel(); }
  asio::steady_timer& timer() { return timer_; }
  bool done() {
    const std::lock_guard lock(errand_.mutex_);
    return errand_.done_;
  }

 private:
  Errand& errand_;
  asio::steady_timer timer_;
};

asio::awaitable<bool> Errand::wait(std::shared_ptr<Errand> self, Cancellation& cancellation) {
  Wait wait(*self, cancellation);
  // Not the timer's word: done() may have come before the wait began, or between two turns of this
  // coroutine.
  while (!wait.done()) {
    if (cancellation.stopped()) co_return false;
    boost::system::error_code ignored;
    co_await wait.timer().async_wait(asio::redirect_error(asio::use_awaitable, ignored));
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

}  // namespace tollgate
