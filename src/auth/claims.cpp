// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <optional>

#include "jwt.hpp"
#include "tollgate/base/text.hpp"

namespace tollgate::auth {
namespace {

using nlohmann::json;

Error refused(const char* why) { return Error{Errc::unauthenticated, why}; }

std::string text_claim(const json& claims, const char* name) {
  const auto found = claims.find(name);
  return found != claims.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// A NumericDate that is a finite number in a sane range, well within UtcTime's; nullopt otherwise
/// (A3).
std::optional<UtcTime> time_claim(const json& claims, const char* name) {
  constexpr double kYear2200 = 7'258'118'400;
  const auto found = claims.find(name);
  if (found == claims.end() || !found->is_number()) return std::nullopt;
  const double value = found->get<double>();
  if (!std::isfinite(value) || value < 0 || value > kYear2200) return std::nullopt;
  return UtcTime(seconds(static_cast<std::int64_t>(value)));
}

std::vector<std::string> list_claim(const json& claims, const char* name) {
  std::vector<std::string> out;
  const auto found = claims.find(name);
  if (found == claims.end() || !found->is_array()) return out;
  for (const json& entry : *found) {
    if (entry.is_string()) out.push_back(entry.get<std::string>());
  }
  return out;
}

/// `scp`: names between blanks, in tokens for users only.
bool has_scope(const json& claims, std::string_view wanted) {
  const std::string scopes = " " + text_claim(claims, "scp") + " ";
  return scopes.find(" " + std::string(wanted) + " ") != std::string::npos;
}

/// The optional claim `idtyp` decides; without it, a token with delegated permissions is a user's.
bool is_for_user(const json& claims) {
  const std::string type = text_claim(claims, "idtyp");
  if (type == "app") return false;
  return type == "user" || claims.contains("scp");
}

/// Entra leaves out the groups of a user who is in too many and says where they could be asked for.
bool groups_are_elsewhere(const json& claims) {
  const auto names = claims.find("_claim_names");
  const bool named = names != claims.end() && names->is_object() && names->contains("groups");
  return named || claims.contains("hasgroups");
}

bool is_in(const std::vector<std::string>& list, const std::string& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

std::string_view without_slash(std::string_view audience) {
  if (!audience.empty() && audience.back() == '/') audience.remove_suffix(1);
  return audience;
}

/// v1 tokens carry the App ID URI as it was asked for, with or without a trailing slash
/// (azure-protocol.md 4.1); nothing else may differ.
bool audience_matches(const std::vector<std::string>& audiences, std::string_view audience) {
  const std::string_view wanted = without_slash(audience);
  return !wanted.empty() &&
         std::any_of(audiences.begin(), audiences.end(),
                     [&](std::string_view known) { return without_slash(known) == wanted; });
}

bool issuer_matches(const TokenRules& rules, const std::string& issuer, const std::string& tenant) {
  return std::any_of(rules.issuers.begin(), rules.issuers.end(),
                     [&](const TokenRules::Issuer& known) {
                       return known.issuer == issuer && known.tenant == tenant;
                     });
}

}  // namespace

std::string tenant_of(const json& claims) { return to_lower(text_claim(claims, "tid")); }

bool audience_is_among(const json& claims, const std::vector<std::string>& audiences) {
  return audience_matches(audiences, text_claim(claims, "aud"));
}

TokenIdentity read_identity(const json& claims) {
  TokenIdentity out;
  out.tenant_id = tenant_of(claims);
  out.app_id = to_lower(text_claim(claims, "azp"));
  if (out.app_id.empty()) out.app_id = to_lower(text_claim(claims, "appid"));
  out.object_id = to_lower(text_claim(claims, "oid"));
  out.for_user = is_for_user(claims);
  out.roles = list_claim(claims, "roles");
  out.groups = list_claim(claims, "groups");
  out.groups_elsewhere = groups_are_elsewhere(claims);
  return out;
}

Result<TokenIdentity> check_claims(const json& claims, const TokenRules& rules, UtcTime now) {
  const auto expires = time_claim(claims, "exp");
  const auto not_before = time_claim(claims, "nbf");
  if (!expires || now >= *expires + kClockSkew) return refused("expired");
  if (claims.contains("nbf") && (!not_before || now < *not_before - kClockSkew)) {
    return refused("not valid yet");
  }
  TokenIdentity out = read_identity(claims);
  out.expires_at = *expires;
  // Entra signs all tenants with the same keys: issuer and tenant must belong together (A5).
  if (!is_in(rules.tenants, out.tenant_id)) return refused("another tenant");
  if (!issuer_matches(rules, text_claim(claims, "iss"), out.tenant_id)) {
    return refused("another issuer");
  }
  if (!audience_is_among(claims, rules.audiences)) return refused("another audience");
  if (!rules.required_role.empty() && !is_in(out.roles, rules.required_role)) {
    return Error{Errc::forbidden, "the required role is missing"};
  }
  if (out.for_user && !rules.required_scope.empty() && !has_scope(claims, rules.required_scope)) {
    return Error{Errc::forbidden, "the required scope is missing"};
  }
  return out;
}

}  // namespace tollgate::auth
