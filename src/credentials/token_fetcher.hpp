// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <utility>

#include <boost/asio/awaitable.hpp>

#include "tollgate/credentials/token_source.hpp"

namespace tollgate::credentials {

/// Why no token came, and the pause that the issuer asked for.
struct FetchFailure {
  FetchFailure() = default;
  FetchFailure(Error given, std::optional<seconds> pause = std::nullopt)
      : error(std::move(given)), retry_after(pause) {}

  Error error;
  std::optional<seconds> retry_after;
};

using FetchResult = boost::system::result<AccessToken, FetchFailure>;

/// Seam: asks the issuer for one token, once. Caching, early renewal and the pauses between tries
/// are CachingTokenSource's. Called on the control executor, never twice at a time.
/// Errors: unauthenticated (the issuer refused: an operator must act), throttled, unavailable,
/// timeout, protocol, storage (a file of the credential cannot be read), invalid_input (it holds
/// the wrong thing).
class TokenFetcher {
 public:
  virtual ~TokenFetcher() = default;
  virtual boost::asio::awaitable<FetchResult> fetch(UtcTime now) = 0;
};

}  // namespace tollgate::credentials
