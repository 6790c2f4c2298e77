// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>

#include "tollgate/base/secret.hpp"
#include "tollgate/base/time.hpp"
#include "tollgate/credentials/token_source.hpp"
#include "tollgate/redis/reply.hpp"

namespace tollgate::redis {

/// What a connection proves itself with.
struct Proof {
  Secret command;  ///< AUTH in its bytes; empty: nothing is asked for
  std::optional<UtcTime> renew_at{};
};

/// Who the gateway is to the store: nobody, a user with a password or an access key, or an identity
/// of Entra ID, whose proof is a token that ends (learn.microsoft.com/azure/redis/
/// entra-for-authentication).
class Login {
 public:
  /// Without `tokens` by the password, if there is one.
  Login(std::string user, Secret password, std::shared_ptr<credentials::TokenSource> tokens);

  /// Failure unauthenticated: there is no token.
  boost::asio::awaitable<boost::system::result<Proof, Failure>> proof(UtcTime now);
  /// The last one was refused.
  void refused();

 private:
  std::string user_;
  Secret password_;
  std::shared_ptr<credentials::TokenSource> tokens_;
};

/// Whom an Entra token is for (its claim `oid`), not checked: the store does that; empty: not said.
std::string object_id_of(std::string_view token);

}  // namespace tollgate::redis
