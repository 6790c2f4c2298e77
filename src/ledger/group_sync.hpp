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

#include "segment.hpp"
#include "tollgate/base/cancellation.hpp"
#include "tollgate/base/errand.hpp"
#include "tollgate/base/error.hpp"

namespace tollgate::ledger {

/// For durability: power_loss. One thread syncs segments; whoever asks while a sync runs shares the
/// next one.
class GroupSync {
 public:
  GroupSync();
  ~GroupSync();
  GroupSync(const GroupSync&) = delete;
  GroupSync& operator=(const GroupSync&) = delete;

  /// Completes on the caller's executor once everything appended to the segment before the call is
  /// on the disk. Errors: storage, the sync failed, and what was lost may not be known (never
  /// retried); cancelled, the gateway stops and does not wait for the disk.
  boost::asio::awaitable<Result<void>> wait(std::shared_ptr<Segment> segment,
                                            Cancellation& cancellation);

 private:
  struct Waiter : Errand {
    using Errand::Errand;
    std::shared_ptr<Segment> segment;
    Result<void> result;
  };

  void run();
  void sync_all(const std::vector<std::shared_ptr<Waiter>>& waiters);

  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<std::shared_ptr<Waiter>> waiters_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace tollgate::ledger
