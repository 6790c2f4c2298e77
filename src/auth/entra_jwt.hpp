// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <mutex>
#include <string_view>
#include <unordered_map>

#include "client_table.hpp"
#include "jwt.hpp"
#include "key_cache.hpp"
#include "tollgate/base/digest.hpp"

namespace tollgate::auth {

/// Callers with Entra ID tokens. A token that was verified once is known by its hash until it expires, so that
/// its signature is not checked again on every request.
class EntraJwt {
 public:
  EntraJwt(const config::EntraAuthentication& settings, const ClientTable& clients, KeyCache& keys);

  /// Errors as Authenticator::authenticate.
  boost::asio::awaitable<Result<Caller>> authenticate(std::string_view token, UtcTime now);

 private:
  static constexpr std::size_t kMostKnown = 4096;

  struct DigestHash {
    std::size_t operator()(const Sha256& digest) const;
  };
  struct Known {
    Caller caller;
    UtcTime until;
  };

  std::optional<Caller> find_known(const Sha256& digest, UtcTime now);
  void remember(const Sha256& digest, const Caller& caller, UtcTime until);
  Result<Caller> to_caller(const TokenIdentity& identity) const;

  TokenRules rules_;
  const ClientTable& clients_;
  KeyCache& keys_;
  std::mutex mutex_;
  std::unordered_map<Sha256, Known, DigestHash> known_;
};

}  // namespace tollgate::auth
