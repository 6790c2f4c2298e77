// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "redis_server.hpp"
#include "tollgate/redis/make_client.hpp"

namespace tollgate::redis {

/// The real client against real servers, on the test's thread.
class StoreTest : public testing::Test {
 protected:
  StoreTest() {
    settings_.host = "127.0.0.1";
    settings_.timeout = seconds(2);  // a shared machine's worst
    sweep_.start();
  }
  ~StoreTest() override {
    sweep_.stop();
    client_.reset();
  }

  void connect(std::uint16_t port) {
    settings_.port = port;
    client_ = make_client({context_.get_executor(), sweep_, settings_, tls_ ? &*tls_ : nullptr,
                           nullptr, metrics_, health_, 0});
    client_->start();
  }
  void connect(const RedisServer& server) {
    connect(server.port());
    wait([&] { return client_->ready(); });
  }

  /// Runs until that is so.
  template <class Condition>
  void wait(Condition condition) {
    const SteadyTime until = std::chrono::steady_clock::now() + seconds(20);
    while (!condition() && std::chrono::steady_clock::now() < until) {
      context_.restart();
      context_.run_one_for(milliseconds(20));
    }
    ASSERT_TRUE(condition()) << health_.status().why;
  }
  Answer call(Call call) {
    std::optional<Answer> out;
    client_->send(std::move(call), [&](Answer answer) { out = std::move(answer); });
    wait([&] { return out.has_value(); });
    return std::move(*out);
  }
  Answer command(std::vector<std::string> words) { return call(Call::command(std::move(words))); }
  static std::string kind(const Answer& answer) {
    return std::string(answer ? "ok" : to_string(answer.error().kind));
  }

  boost::asio::io_context context_;
  net::DeadlineSweep sweep_{context_};
  config::RedisStore settings_;
  std::optional<net::ClientTls> tls_;
  telemetry::WorkerMetrics metrics_;
  Health health_{1, "store"};
  std::unique_ptr<ConnectedClient> client_;
};

}  // namespace tollgate::redis
