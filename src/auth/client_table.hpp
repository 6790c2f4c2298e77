// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "jwt.hpp"
#include "tollgate/auth/caller.hpp"
#include "tollgate/base/certificate_identity.hpp"
#include "tollgate/base/error.hpp"
#include "tollgate/config/config.hpp"

namespace tollgate::auth {

/// Which client a proven identity is. Refers into the Config, which outlives it.
class ClientTable {
 public:
  explicit ClientTable(const config::Config& config);

  struct KeyOwner {
    const config::Client* client = nullptr;
    const config::ApiKey* key = nullptr;
  };
  /// Compares against every key, whichever matches: the time tells nothing (A12). Null: nobody's.
  KeyOwner by_api_key(std::string_view key) const;
  const config::Client* by_header_value(std::string_view value) const;
  /// By object id, then app id, then roles, then groups: the most specific proof wins; for each,
  /// clients that name the token's tenant before those that take any.
  const config::Client* by_token(const TokenIdentity& identity) const;
  /// The same as a caller, verified. Error forbidden: no client.
  Result<Caller> caller_by_token(const TokenIdentity& identity) const;

  struct CertificateOwner {
    const config::Client* client = nullptr;
    std::string name;  ///< what matched: "uri:...", "dns:..." or "subject:..."
  };
  /// By the certificate's URIs, then its DNS names, then its subject; the first that is known.
  CertificateOwner by_certificate(const CertificateIdentity& certificate) const;

 private:
  using Index = std::map<std::string, const config::Client*, std::less<>>;

  void add_tokens(const config::Client& client);

  std::vector<KeyOwner> keys_;
  Index header_values_;
  Index object_ids_;
  Index app_ids_;
  Index roles_;
  Index groups_;
  Index certificates_;
};

}  // namespace tollgate::auth
