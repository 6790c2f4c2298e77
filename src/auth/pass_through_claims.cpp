// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "pass_through_claims.hpp"

#include "tollgate/config/values.hpp"

namespace tollgate::auth {
namespace {

/// A stranger may write anything here, and it goes into records: only what is a GUID.
void keep_guid(std::string& id) { id = config::parse_guid(id).value_or(std::string()); }

}  // namespace

std::optional<TokenIdentity> read_pass_through(std::string_view token,
                                               const config::PassThroughAuthentication& settings) {
  const Result<Jwt> jwt = decode_jwt(token);
  if (!jwt || !audience_is_among(jwt->claims, settings.audiences)) return std::nullopt;
  TokenIdentity out = read_identity(jwt->claims);
  keep_guid(out.tenant_id);
  keep_guid(out.app_id);
  keep_guid(out.object_id);
  return out;
}

}  // namespace tollgate::auth
