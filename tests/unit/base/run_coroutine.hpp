// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <stdexcept>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

namespace tollgate {

/// Runs the context until the coroutine has ended, and no longer: what else runs there stays where
/// it is. Throws what the coroutine throws, and logic_error when it can never end.
template <class T>
T run_coroutine(boost::asio::io_context& context, boost::asio::awaitable<T> work) {
  auto done = boost::asio::co_spawn(context, std::move(work), boost::asio::use_future);
  context.restart();
  while (done.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
    if (context.run_one_for(std::chrono::seconds(10)) == 0)
      throw std::logic_error("coroutine hangs");
  }
  return done.get();
}

}  // namespace tollgate
