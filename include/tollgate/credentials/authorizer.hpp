// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "tollgate/base/error.hpp"
#include "tollgate/base/secret.hpp"
#include "tollgate/base/time.hpp"
#include "tollgate/config/config.hpp"
#include "tollgate/credentials/token_caches.hpp"
#include "tollgate/credentials/token_source.hpp"
#include "tollgate/http/transport.hpp"

namespace tollgate::credentials {

/// The one header that proves the gateway to a backend.
struct CredentialHeader {
  std::string_view name;  ///< static
  Secret value;
};

/// Seam: what a backend connection is authorised with. Thread-safe: all workers ask at once.
class Authorizer {
 public:
  virtual ~Authorizer() = default;
  /// `caller_authorization` is the value of the caller's Authorization field, empty without one;
  /// only pass-through looks at it, and it must stay valid until the call completes. Does not
  /// suspend while a usable token is at hand. Errors as TokenSource::token; not_found: pass-through
  /// is configured and the caller brought no token.
  virtual boost::asio::awaitable<Result<CredentialHeader>> header(
      UtcTime now, std::string_view caller_authorization) = 0;
};

/// Where tokens are fetched and on which executor, which runs one handler at a time. The transport
/// is used on `control` only. Transport, executor and caches outlive all that is made of them; the
/// identity need not.
struct TokenParts {
  const config::Identity& identity;
  http::Transport& transport;
  boost::asio::any_io_executor control;
  TokenCaches& caches;
};

/// For a backend: an API key as it is, the caller's own token, or Entra tokens for the scope,
/// cached.
std::unique_ptr<Authorizer> make_authorizer(const config::Credential& credential,
                                            const std::string& scope, const TokenParts& parts);

/// For the exporter: Entra tokens for the scope, cached. The credential is neither an API key nor
/// pass-through.
std::shared_ptr<TokenSource> make_token_source(const config::Credential& credential,
                                               const std::string& scope, const TokenParts& parts);

}  // namespace tollgate::credentials
