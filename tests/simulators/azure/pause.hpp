// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "tollgate/base/time.hpp"

namespace tollgate::simulator {

inline boost::asio::awaitable<void> pause_until(SteadyTime time) {
  if (time <= std::chrono::steady_clock::now()) co_return;
  boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, time);
  co_await timer.async_wait(boost::asio::use_awaitable);
}

inline boost::asio::awaitable<void> pause(int ms) {
  if (ms <= 0) co_return;
  co_await pause_until(std::chrono::steady_clock::now() + milliseconds(ms));
}

}  // namespace tollgate::simulator
