// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "tollgate/base/cancellation.hpp"
#include "tollgate/base/error.hpp"
#include "tollgate/base/time.hpp"

namespace tollgate {

/// A coroutine's wait for something that another thread does. The other thread calls done() once,
/// whether or not anybody waits any more: what comes when the wait has been given up (cancelled, or
/// its coroutine or its executor's context destroyed) goes nowhere, and does not touch that
/// executor, which may be gone then.
class Errand {
 public:
  explicit Errand(boost::asio::any_io_executor waiter) : waiter_(std::move(waiter)) {}
  Errand(const Errand&) = delete;
  Errand& operator=(const Errand&) = delete;

  /// On the waiter's executor: until done() was called; false: `cancellation` stopped before. The
  /// errand is `self`. Once.
  static boost::asio::awaitable<bool> wait(std::shared_ptr<Errand> self,
                                           Cancellation& cancellation);

  /// The same, but only for as long as somebody wants what comes of it, and up to `until`. False:
  /// it has not been done.
  static boost::asio::awaitable<bool> wait_while_wanted(std::shared_ptr<Errand> self,
                                                        Cancellation& cancellation,
                                                        SteadyTime until);

  /// On the other thread, when all that it leaves for the waiter is in its place.
  static void done(const std::shared_ptr<Errand>& self);

 private:
  class Wait;
  class Waits;

  /// Nothing is posted to the waiter from now on.
  void give_up();

  std::mutex mutex_;
  boost::asio::any_io_executor waiter_;
  boost::asio::steady_timer* timer_ = nullptr;  ///< the waiter's, on its executor
  bool given_up_ = false;                       ///< under the mutex
  bool done_ = false;                           ///< under the mutex
};

/// Runs a coroutine on another context's executor and waits until it ends; it may outlive the wait,
/// and owns what it uses. Error cancelled: `cancellation` stopped first. What it throws is thrown
/// here. asio::co_spawn with use_awaitable would post to the waiter's executor, which may be gone.
boost::asio::awaitable<Result<void>> await_elsewhere(boost::asio::any_io_executor there,
                                                     boost::asio::awaitable<void> work,
                                                     Cancellation& cancellation);

/// Runs `work` on `there`, which has threads of its own, and waits for its result; both may outlive
/// the wait, so `work` owns what it uses. Error cancelled: `cancellation` stopped first. What
/// `work` throws is thrown here.
template <class T>
boost::asio::awaitable<Result<T>> run_elsewhere(boost::asio::any_io_executor there,
                                                std::function<Result<T>()> work,
                                                Cancellation& cancellation) {
  struct Job : Errand {
    using Errand::Errand;
    Result<T> result{Error{Errc::cancelled, "the gateway stops"}};
    std::exception_ptr failure;
  };
  const auto job = std::make_shared<Job>(co_await boost::asio::this_coro::executor);
  boost::asio::post(there, [job, work = std::move(work)] {
    try {
      job->result = work();
    } catch (...) {
      job->failure = std::current_exception();
    }
    Errand::done(job);
  });
  const bool done = co_await Errand::wait(job, cancellation);
  if (!done) co_return Error{Errc::cancelled, "the gateway stops"};
  if (job->failure) std::rethrow_exception(job->failure);
  co_return std::move(job->result);
}

}  // namespace tollgate
