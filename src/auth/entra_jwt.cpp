// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "entra_jwt.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

namespace tollgate::auth {

namespace asio = boost::asio;

namespace {

TokenRules make_rules(const config::EntraAuthentication& settings) {
  TokenRules rules;
  rules.tenants = settings.tenants;
  rules.audiences = settings.audiences;
  rules.required_role = settings.required_role;
  for (const std::string& issuer : settings.issuers) rules.issuers.push_back({issuer, ""});
  if (!settings.issuers.empty()) return rules;
  for (const std::string& tenant : settings.tenants) {  // azure-protocol.md 4.1
    rules.issuers.push_back({"https://sts.windows.net/" + tenant + "/", tenant});
    rules.issuers.push_back({settings.authority + "/" + tenant + "/v2.0", tenant});
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
                   http::Transport& transport, asio::any_io_executor control,
                   std::size_t most_known)
    : rules_(make_rules(settings)), clients_(clients), control_(control), most_known_(most_known) {
  for (const std::string& tenant : settings.tenants) {
    tenants_.try_emplace(tenant, settings.authority, tenant, transport, control);
  }
}

void EntraJwt::start() {
  for (auto& [tenant, keys] : tenants_) asio::co_spawn(control_, keys.run(), asio::detached);
}

void EntraJwt::stop() {
  for (auto& [tenant, keys] : tenants_) keys.stop();
}

bool EntraJwt::ready() const {
  return std::any_of(tenants_.begin(), tenants_.end(),
                     [](const auto& entry) { return entry.second.keys() != nullptr; });
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

Result<Caller> EntraJwt::to_caller(const TokenIdentity& identity) const {
  Caller caller;
  caller.client = clients_.by_token(identity);
  if (caller.client == nullptr) return Error{Errc::forbidden, "no client for this identity"};
  caller.method = AuthMethod::entra;
  caller.proof = CallerProof::verified;
  caller.tenant_id = identity.tenant_id;
  caller.app_id = identity.app_id;
  caller.object_id = identity.object_id;
  return caller;
}

asio::awaitable<Result<Caller>> EntraJwt::authenticate(std::string_view token, UtcTime now) {
  const Sha256 digest = sha256(token);
  if (auto known = find_known(digest, now)) co_return std::move(*known);
  const Result<Jwt> jwt = decode_jwt(token);
  if (!jwt) co_return jwt.error();
  const auto tenant = tenants_.find(tenant_of(jwt->claims));
  if (tenant == tenants_.end()) co_return Error{Errc::unauthenticated, "another tenant"};
  Keys keys = tenant->second.keys();
  if (!keys || !keys->contains(jwt->key_id)) keys = co_await tenant->second.keys_after_refresh();
  if (!keys) co_return Error{Errc::unavailable, "no signing keys yet"};
  if (!keys->verify(jwt->key_id, jwt->signed_part, jwt->signature)) {
    co_return Error{Errc::unauthenticated, "the signature does not hold"};
  }
  const Result<TokenIdentity> identity = check_claims(jwt->claims, rules_, now);
  if (!identity) co_return identity.error();
  Result<Caller> caller = to_caller(*identity);
  // Within the clocks' skew after its end a token is believed, but not kept.
  if (caller && now < identity->expires_at) {
    remember(digest, {*caller, identity->expires_at, &tenant->second, std::move(keys)});
  }
  co_return caller;
}

}  // namespace tollgate::auth
