// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "tollgate/net/deadline.hpp"
#include "tollgate/net/stream.hpp"

namespace tollgate::net {

/// A coroutine that was started on a context which only runs when a test lets it.
template <class T>
class Started {
 public:
  Started(boost::asio::io_context& context, boost::asio::awaitable<T> work) : context_(context) {
    boost::asio::co_spawn(context, keep(std::move(work)), boost::asio::detached);
    done();
  }
  Started(const Started&) = delete;
  Started& operator=(const Started&) = delete;

  /// Whether it has come to its end with what has happened so far.
  bool done() {
    context_.restart();
    context_.poll();
    return value_.has_value();
  }
  /// Runs until it has; an event must be on its way.
  T get() {
    while (!value_) {
      context_.restart();
      if (context_.run_one_for(std::chrono::seconds(5)) == 0) {
        throw std::logic_error("nothing happens any more");
      }
    }
    return std::move(*value_);
  }

 private:
  boost::asio::awaitable<void> keep(boost::asio::awaitable<T> work) {
    value_.emplace(co_await std::move(work));
  }

  boost::asio::io_context& context_;
  std::optional<T> value_;
};

/// A stream and its peer on loopback. Deadlines pass only when a test sweeps.
class StreamPair : public testing::Test {
 protected:
  using tcp = boost::asio::ip::tcp;

  StreamPair() {
    ::setenv("SSL_CERT_FILE", "/dev/null", 1);  // loading the system's takes 0.1 s each time
  }

  template <class T>
  T run(boost::asio::awaitable<T> work) {
    return Started<T>(context_, std::move(work)).get();
  }

  /// Reads what is there, or waits for it.
  Result<std::string> read(Stream& stream, std::size_t size = 65536) {
    std::string buffer(size, '\0');
    const auto count = run(stream.read_some(boost::asio::buffer(buffer)));
    if (!count) return count.error();
    buffer.resize(*count);
    return buffer;
  }

  std::pair<Socket, Socket> connected() {
    tcp::acceptor acceptor(context_, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0));
    Socket one(context_);
    one.connect(acceptor.local_endpoint());
    Socket other = acceptor.accept();
    return {std::move(one), std::move(other)};
  }

  boost::asio::io_context context_;
  DeadlineSweep sweep_{context_};
};

}  // namespace tollgate::net
