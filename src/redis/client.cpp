// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/redis/client.hpp"

#include <memory>
#include <optional>
#include <utility>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace tollgate::redis {

namespace asio = boost::asio;

namespace {

/// Between a coroutine and the call that it waits for; either may go first.
struct Wait {
  std::optional<Answer> answer;
  asio::steady_timer* timer = nullptr;  ///< in the coroutine's frame
};

/// While it lives, the answer wakes the timer's coroutine.
class Waiting {
 public:
  Waiting(Wait& wait, asio::steady_timer& timer) : wait_(wait) { wait_.timer = &timer; }
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;
  ~Waiting() { wait_.timer = nullptr; }

 private:
  Wait& wait_;
};

}  // namespace

asio::awaitable<Answer> Client::call(Call call) {
  const auto wait = std::make_shared<Wait>();
  asio::steady_timer timer(co_await asio::this_coro::executor, SteadyTime::max());
  const Waiting waiting(*wait, timer);
  send(std::move(call), [wait](Answer answer) {
    wait->answer = std::move(answer);
    if (wait->timer != nullptr) wait->timer->cancel();
  });
  // An answer may come before the wait begins: from another's turn, if this one suspended.
  while (!wait->answer) {
    boost::system::error_code ignored;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
  co_return std::move(*wait->answer);
}

}  // namespace tollgate::redis
