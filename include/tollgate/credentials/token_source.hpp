// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <boost/asio/awaitable.hpp>

#include "tollgate/base/error.hpp"
#include "tollgate/base/secret.hpp"
#include "tollgate/base/time.hpp"

namespace tollgate::credentials {

/// A bearer token and how long it may be used (azure-protocol.md 5.3).
struct AccessToken {
  Secret value;
  UtcTime expires_at;
  UtcTime refresh_at;                 ///< from `refresh_in`, or half life for lives of two hours and more
};

/// Seam: fetches one token from where it is issued. Implementations never cache (caching_token_source.hpp
/// does that once for all). Errors: unauthenticated or forbidden (the issuer refused: an operator must act),
/// throttled, unavailable, timeout, protocol.
class TokenSource {
 public:
  virtual ~TokenSource() = default;
  virtual boost::asio::awaitable<Result<AccessToken>> token(UtcTime now) = 0;
  /// The last token was refused although it looked valid: a cache must fetch anew.
  virtual void forget() {}
};

}  // namespace tollgate::credentials
