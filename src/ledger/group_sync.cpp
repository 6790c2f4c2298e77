// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "group_sync.hpp"

#include <map>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

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

asio::awaitable<Result<void>> GroupSync::wait(std::shared_ptr<Segment> segment) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  const auto waiter = std::make_shared<Waiter>(executor);
  waiter->segment = std::move(segment);
  waiter->timer.expires_at(asio::steady_timer::time_point::max());
  {
    const std::lock_guard lock(mutex_);
    waiters_.push_back(waiter);
  }
  wake_.notify_one();
  while (!waiter->done) {
    boost::system::error_code ignored;
    co_await waiter->timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
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
    sync_all(std::move(waiters));
  }
}

void GroupSync::sync_all(std::vector<std::shared_ptr<Waiter>> waiters) {
  std::map<std::shared_ptr<Segment>, Result<void>> synced;
  for (std::shared_ptr<Waiter>& waiter : waiters) {
    const auto [place, fresh] = synced.try_emplace(waiter->segment);
    if (fresh) place->second = place->first->sync();
    // This thread's share goes along: the timer belongs to the executor, which may end as soon as its coroutine has.
    const asio::any_io_executor executor = waiter->timer.get_executor();
    asio::post(executor, [waiter = std::move(waiter), result = place->second] {
      waiter->result = result;
      waiter->done = true;
      waiter->timer.cancel();
    });
  }
}

}  // namespace tollgate::ledger
