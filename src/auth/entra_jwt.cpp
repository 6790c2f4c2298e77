// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "entra_jwt.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "default_issuers.hpp"

namespace tollgate::auth {

namespace asio = boost::asio;

namespace {

TokenRules make_rules(const config::EntraAuthentication& settings) {
  TokenRules rules;
  rules.tenants = settings.tenants;
  rules.audiences = settings.audiences;
  rules.required_role = settings.required_role;
  rules.required_scope = settings.required_scope;
  for (const config::EntraIssuer& issuer : settings.issuers) {
    for (const std::string& tenant : issuer.tenants) {
      rules.issuers.push_back({issuer.issuer, tenant});
    }
  }
  if (!settings.issuers.empty()) return rules;
  for (const std::string& tenant : settings.tenants) {
    for (TokenRules::Issuer& issuer : default_issuers(settings.authority, tenant)) {
      rules.issuers.push_back(std::move(issuer));
    }
  }
  return rules;
}

}  // namespace

std::size_t EntraJwt::DigestHash::operator()(const Sha256& digest) const {
  std::size_t out = 0;
  std::memcpy(&out, digest.data(), sizeof(out));
  return out;
}

EntraJwt::EntraJwt(const config::EntraAuthentication& settings, const ClientTable& clients,
                   KeyCaches& caches, std::size_t most_known)
    : rules_(make_rules(settings)), clients_(clients), most_known_(most_known) {
  for (const std::string& tenant : settings.tenants) {
    tenants_.emplace(tenant, caches.find_or_start(settings.authority, tenant));
  }
}

bool EntraJwt::ready() const {
  return std::any_of(tenants_.begin(), tenants_.end(),
                     [](const auto& entry) { return entry.second->keys() != nullptr; });
}

std::size_t EntraJwt::known_tokens() const {
  const std::lock_guard lock(mutex_);
  return known_.size();
}

std::optional<Caller> EntraJwt::find_known(const Sha256& digest, UtcTime now) {
  const std::lock_guard lock(mutex_);
  const auto found = known_.find(digest);
  if (found == known_.end()) return std::nullopt;
  const Known& known = found->second;
  // After every refresh once more: the key may be gone (A10).
  if (now < known.until && known.tenant->keys() == known.verified_with) return known.caller;
  known_.erase(found);
  return std::nullopt;
}

void EntraJwt::remember(const Sha256& digest, Known known) {
  const std::lock_guard lock(mutex_);
  // Full of tokens in use or of a flood: starting over costs a few signatures, choosing would cost
  // a list.
  if (known_.size() >= most_known_) known_.clear();
  known_.insert_or_assign(digest, std::move(known));
}

asio::awaitable<Result<Caller>> EntraJwt::authenticate(std::string_view token, UtcTime now) {
  const Sha256 digest = sha256(token);
  if (auto known = find_known(digest, now)) co_return std::move(*known);
  const Result<Jwt> jwt = decode_jwt(token);
  if (!jwt) co_return jwt.error();
  const auto tenant = tenants_.find(tenant_of(jwt->claims));
  if (tenant == tenants_.end()) co_return Error{Errc::unauthenticated, "another tenant"};
  KeyCache& cache = *tenant->second;
  Keys keys = cache.keys();
  if (!keys || !keys->contains(jwt->key_id)) keys = co_await cache.keys_after_refresh();
  if (!keys) co_return Error{Errc::unavailable, "no signing keys yet"};
  if (!keys->verify(jwt->key_id, jwt->signed_part, jwt->signature)) {
    co_return Error{Errc::unauthenticated, "the signature does not hold"};
  }
  const Result<TokenIdentity> identity = check_claims(jwt->claims, rules_, now);
  if (!identity) co_return identity.error();
  Result<Caller> caller = clients_.caller_by_token(*identity);
  // Within the clocks' skew after its end a token is believed, but not kept.
  if (caller && now < identity->expires_at) {
    remember(digest, {*caller, identity->expires_at, &cache, std::move(keys)});
  }
  co_return caller;
}

}  // namespace tollgate::auth
