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
  UtcTime refresh_at;  ///< from then on it should be renewed, though it is still good
};

/// Seam: tokens for one scope, at hand or fetched. Thread-safe. Errors: unauthenticated (the issuer
/// refused: an operator must act), throttled, unavailable, timeout, protocol, storage and
/// invalid_input (a file of the credential). No message holds a secret, an assertion or a token.
class TokenSource {
 public:
  virtual ~TokenSource() = default;
  virtual boost::asio::awaitable<Result<AccessToken>> token(UtcTime now) = 0;
  /// The last token was refused although it looked valid: the next call fetches anew.
  virtual void forget() {}
};

}  // namespace tollgate::credentials
