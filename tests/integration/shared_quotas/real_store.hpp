// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "redis_server.hpp"
#include "store_model.hpp"

namespace tollgate::shared_quotas {

/// The scripts themselves, done by a real server; but for its clock, in whose place a key stands
/// that a test sets.
class RealStore : public StoreSeam {
 public:
  RealStore();

  redis::Reply run(const redis::Call& call) override;
  void flush() override;
  void pass(microseconds time) override;

 private:
  redis::Reply ask(const std::vector<std::string>& words);
  void set_clock();

  redis::RedisServer server_;
  boost::asio::io_context io_;
  boost::asio::ip::tcp::socket socket_{io_};
  std::int64_t now_ = 1'800'000'000'000'000;
};

}  // namespace tollgate::shared_quotas
