// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "tollgate/base/error.hpp"
#include "tollgate/base/time.hpp"

namespace tollgate::auth {

/// Whether a bearer value is a JWT rather than an opaque key: three dot-separated parts, the first
/// of which decodes to a JSON object (azure-protocol.md 1.2).
bool looks_like_jwt(std::string_view value);

/// A token taken apart but not yet believed.
struct Jwt {
  std::string key_id;
  std::string signed_part;  ///< header and payload as received
  std::string signature;
  nlohmann::json claims;
};

/// Strict: exactly three canonical base64url parts, a header that says RS256 and a kid, no `crit`
/// and no `b64`, no member twice on any level, modest depth. Keys in the header (jku, jwk, x5u,
/// x5c) are not looked at. Error unauthenticated.
Result<Jwt> decode_jwt(std::string_view token);

/// What Entra tokens are checked for (azure-protocol.md 4.2).
struct TokenRules {
  struct Issuer {
    std::string issuer;
    std::string tenant;  ///< the `tid` that it goes with
  };
  std::vector<Issuer> issuers;
  std::vector<std::string> tenants;
  std::vector<std::string> audiences;
  std::string required_role;
  std::string required_scope;  ///< of tokens for users
};

/// Largest difference between the clocks that is overlooked (azure-protocol.md 4.2: no Entra figure
/// found; the library default).
inline constexpr seconds kClockSkew{300};

/// What a record and the client table need of a token.
struct TokenIdentity {
  std::string tenant_id;
  std::string app_id;
  std::string object_id;
  bool for_user =
      false;  ///< a user's, delegated to the application; otherwise the application's own
  std::vector<std::string> roles;
  std::vector<std::string> groups;
  bool groups_elsewhere = false;  ///< there are groups, too many to be in the token
  UtcTime expires_at;
};

/// The `tid` claim in lower case, empty when there is none: decides whose keys a token is checked
/// against.
std::string tenant_of(const nlohmann::json& claims);

/// Whether the token is for one of these; a slash at the end does not matter.
bool audience_is_among(const nlohmann::json& claims, const std::vector<std::string>& audiences);

/// What the claims say, unchecked, but for the expiry.
TokenIdentity read_identity(const nlohmann::json& claims);

/// Checks the claims of a token whose signature holds. Errors: unauthenticated; forbidden when only
/// the required role or scope is missing.
Result<TokenIdentity> check_claims(const nlohmann::json& claims, const TokenRules& rules,
                                   UtcTime now);

}  // namespace tollgate::auth
