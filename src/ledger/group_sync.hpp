// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include "segment.hpp"
#include "tollgate/base/error.hpp"

namespace tollgate::ledger {

/// For durability: power_loss. One thread syncs segments; whoever asks while a sync runs shares the next one.
class GroupSync {
 public:
  GroupSync();
  ~GroupSync();
  GroupSync(const GroupSync&) = delete;
  GroupSync& operator=(const GroupSync&) = delete;

  /// Completes on the caller's executor once everything appended to the segment before the call is on the
  /// disk. Error storage: the sync failed, and what was lost may not be known (never retried).
  boost::asio::awaitable<Result<void>> wait(std::shared_ptr<Segment> segment);

 private:
  struct Waiter {
    explicit Waiter(const boost::asio::any_io_executor& executor) : timer(executor) {}
    boost::asio::steady_timer timer;  ///< cancelled to wake the coroutine
    std::shared_ptr<Segment> segment;
    Result<void> result;
    bool done = false;  ///< set on the waiter's executor
  };

  void run();
  void sync_all(std::vector<std::shared_ptr<Waiter>> waiters);

  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<std::shared_ptr<Waiter>> waiters_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace tollgate::ledger
