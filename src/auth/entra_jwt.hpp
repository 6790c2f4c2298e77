// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "client_table.hpp"
#include "jwt.hpp"
#include "key_cache.hpp"
#include "tollgate/auth/key_caches.hpp"
#include "tollgate/base/digest.hpp"

namespace tollgate::auth {

/// Callers with Entra ID tokens. Each tenant has signing keys of its own, and a token is checked
/// against those of the tenant it names, so that a tenant whose keys cannot be had harms no other.
/// A token that was verified once is known by its hash until it expires or its tenant's keys
/// change, so that its signature is not checked again on every request.
class EntraJwt {
 public:
  /// The tenants' keys are those of `caches`. At most `most_known` verified tokens are remembered.
  EntraJwt(const config::EntraAuthentication& settings, const ClientTable& clients,
           KeyCaches& caches, std::size_t most_known = 4096);

  /// Whether the keys of any tenant are at hand.
  bool ready() const;

  /// Errors as Authenticator::authenticate.
  boost::asio::awaitable<Result<Caller>> authenticate(std::string_view token, UtcTime now);

  /// How many verified tokens are remembered now: for tests and metrics.
  std::size_t known_tokens() const;

 private:
  using Keys = std::shared_ptr<const KeySet>;

  struct DigestHash {
    std::size_t operator()(const Sha256& digest) const;
  };
  struct Known {
    Caller caller;
    UtcTime until;
    const KeyCache* tenant;
    Keys verified_with;
  };

  std::optional<Caller> find_known(const Sha256& digest, UtcTime now);
  void remember(const Sha256& digest, Known known);

  TokenRules rules_;
  const ClientTable& clients_;
  std::size_t most_known_;
  std::map<std::string, std::shared_ptr<KeyCache>, std::less<>> tenants_;
  mutable std::mutex mutex_;  ///< guards known_
  std::unordered_map<Sha256, Known, DigestHash> known_;
};

}  // namespace tollgate::auth
