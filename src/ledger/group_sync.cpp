// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "group_sync.hpp"

#include <map>
#include <utility>

#include <boost/asio/this_coro.hpp>

namespace tollgate::ledger {

namespace asio = boost::asio;

GroupSync::GroupSync() : thread_([this] { run(); }) {}

GroupSync::~GroupSync() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

asio::awaitable<Result<void>> GroupSync::wait(std::shared_ptr<Segment> segment,
                                              Cancellation& cancellation) {
  const auto waiter = std::make_shared<Waiter>(co_await asio::this_coro::executor);
  waiter->segment = std::move(segment);
  {
    const std::lock_guard lock(mutex_);
    waiters_.push_back(waiter);
  }
  wake_.notify_one();
  const bool done = co_await Errand::wait(waiter, cancellation);
  if (!done) co_return Error{Errc::cancelled, "the gateway stops"};
  co_return waiter->result;
}

void GroupSync::run() {
  for (;;) {
    std::vector<std::shared_ptr<Waiter>> waiters;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stopping_ || !waiters_.empty(); });
      if (waiters_.empty()) return;
      waiters.swap(waiters_);
    }
    sync_all(waiters);
  }
}

void GroupSync::sync_all(const std::vector<std::shared_ptr<Waiter>>& waiters) {
  std::map<std::shared_ptr<Segment>, Result<void>> synced;
  for (const std::shared_ptr<Waiter>& waiter : waiters) {
    const auto [place, fresh] = synced.try_emplace(waiter->segment);
    if (fresh) place->second = place->first->sync();
    waiter->result = place->second;
    Errand::done(waiter);
  }
}

}  // namespace tollgate::ledger
