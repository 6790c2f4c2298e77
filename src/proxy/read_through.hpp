// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace tollgate::proxy {

/// Steps a reader to its end, with the worker's other connections served in between: what a client
/// sends in many megabytes must not hold them up.
template <class Reader>
boost::asio::awaitable<void> read_through(Reader& reader) {
  while (!reader.step()) {
    co_await boost::asio::post(co_await boost::asio::this_coro::executor,
                               boost::asio::use_awaitable);
  }
}

}  // namespace tollgate::proxy
