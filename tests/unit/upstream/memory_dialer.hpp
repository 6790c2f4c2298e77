// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "net/memory_stream.hpp"
#include "tollgate/credentials/authorizer.hpp"
#include "tollgate/upstream/dialer.hpp"

namespace tollgate::upstream {

class ScriptedAuthorizer : public credentials::Authorizer {
 public:
  boost::asio::awaitable<Result<credentials::CredentialHeader>> header(UtcTime,
                                                                       std::string_view) override {
    if (throws) throw std::runtime_error("authorizer");
    co_return credentials::CredentialHeader{"api-key", Secret("backend-key")};
  }
  bool throws = false;
};

/// Each connection that the pool makes is a line of the test's.
class MemoryDialer : public Dialer {
 public:
  explicit MemoryDialer(boost::asio::io_context& context) : context_(context) {}

  boost::asio::awaitable<Result<std::unique_ptr<net::ByteStream>>> dial(SteadyTime,
                                                                        Cancellation&) override {
    if (throws) throw std::runtime_error("dialer");
    if (error) co_return *error;
    lines.push_back(std::make_shared<net::MemoryLine>());
    std::unique_ptr<net::ByteStream> stream =
        std::make_unique<net::MemoryStream>(context_.get_executor(), lines.back());
    co_return std::move(stream);
  }
  void learn_from(net::ByteStream&) override {}

  std::vector<std::shared_ptr<net::MemoryLine>> lines;
  std::optional<Error> error;
  bool throws = false;

 private:
  boost::asio::io_context& context_;
};

}  // namespace tollgate::upstream
