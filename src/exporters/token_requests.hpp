// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include <boost/asio/awaitable.hpp>

#include "tollgate/base/error.hpp"
#include "tollgate/base/time.hpp"
#include "tollgate/credentials/token_source.hpp"
#include "tollgate/http/transport.hpp"

namespace tollgate::exporters {

/// Requests to a destination that takes Entra tokens.
class TokenRequests {
 public:
  /// The transport outlives it; tokens are shared with others that prove themselves alike.
  TokenRequests(http::Transport& transport, std::shared_ptr<credentials::TokenSource> tokens)
      : transport_(transport), tokens_(std::move(tokens)) {}

  /// Sends it with a token; once more with a new one where the first looked valid and was refused.
  /// What answers say goes into logs, and a proxy's page may repeat what it was sent: no answer has
  /// the token. Errors: as http::Transport and credentials::TokenSource.
  boost::asio::awaitable<Result<http::ClientResponse>> send(const http::ClientRequest& request,
                                                            UtcTime now);

 private:
  boost::asio::awaitable<Result<http::ClientResponse>> try_once(http::ClientRequest request,
                                                                UtcTime now);

  http::Transport& transport_;
  std::shared_ptr<credentials::TokenSource> tokens_;
};

}  // namespace tollgate::exporters
