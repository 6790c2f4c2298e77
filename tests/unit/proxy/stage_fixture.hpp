// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include <exception>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "net/memory_stream.hpp"
#include "stages.hpp"
#include "test_place.hpp"

// One stage of a request's way at a time, with nothing but memory around it.
namespace tollgate::proxy {

/// What a stage comes to, which need not have a default.
template <typename T>
boost::asio::awaitable<void> keep(std::optional<T>& out, boost::asio::awaitable<T> stage) {
  out.emplace(co_await std::move(stage));
}

class StageTest : public testing::Test {
 protected:
  /// A request's head; its bytes stay here.
  const http::RequestHead& head_of(const std::string& line, const std::string& fields = {}) {
    bytes_ = line + " HTTP/1.1\r\nHost: gateway\r\n" + fields + "\r\n";
    EXPECT_FALSE(http::parse_request_head(bytes_, {64 * 1024, 100}, head_).has_value());
    return head_;
  }
  /// Begins a stage, whose outcome is in `out` once it has one; runs as far as it can.
  template <typename T>
  void begin(std::optional<T>& out, boost::asio::awaitable<T> stage) {
    boost::asio::co_spawn(context_, keep(out, std::move(stage)),
                          [](const std::exception_ptr& thrown) { EXPECT_FALSE(thrown); });
    run();
  }
  /// Of a stage that waits for nobody.
  template <typename T>
  T outcome(boost::asio::awaitable<T> stage) {
    std::optional<T> out;
    begin(out, std::move(stage));
    return std::move(out.value());
  }
  void run() {
    context_.restart();
    context_.poll();
  }
  ClientConnection client() {
    return {stream_, received_, peer_, nullptr, proxies_, closing_, cancellation_, place_};
  }

  std::string bytes_;
  http::RequestHead head_;
  boost::asio::io_context context_;
  std::shared_ptr<net::MemoryLine> line_ = std::make_shared<net::MemoryLine>();
  net::MemoryStream stream_{context_.get_executor(), line_};
  std::string received_;
  boost::asio::ip::address peer_ = boost::asio::ip::make_address("192.0.2.1");
  ProxyTrust proxies_;
  bool closing_ = false;
  TestPlace place_;
  Cancellation cancellation_;
};

}  // namespace tollgate::proxy
