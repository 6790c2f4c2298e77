// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "entra_jwt.hpp"

#include <cstring>
#include <utility>

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
                   KeyCache& keys)
    : rules_(make_rules(settings)), clients_(clients), keys_(keys) {}

std::optional<Caller> EntraJwt::find_known(const Sha256& digest, UtcTime now) {
  const std::lock_guard lock(mutex_);
  const auto found = known_.find(digest);
  if (found == known_.end()) return std::nullopt;
  if (now < found->second.until) return found->second.caller;
  known_.erase(found);
  return std::nullopt;
}

void EntraJwt::remember(const Sha256& digest, const Caller& caller, UtcTime until) {
  const std::lock_guard lock(mutex_);
  // Full of tokens in use or of a flood: starting over costs a few signatures, choosing would cost a list.
  if (known_.size() >= kMostKnown) known_.clear();
  known_[digest] = {caller, until};
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
  std::shared_ptr<const KeySet> keys = keys_.keys();
  if (!keys || !keys->contains(jwt->key_id)) keys = co_await keys_.keys_after_refresh();
  if (!keys) co_return Error{Errc::unavailable, "no signing keys yet"};
  if (!keys->verify(jwt->key_id, jwt->signed_part, jwt->signature)) {
    co_return Error{Errc::unauthenticated, "the signature does not hold"};
  }
  const Result<TokenIdentity> identity = check_claims(jwt->claims, rules_, now);
  if (!identity) co_return identity.error();
  Result<Caller> caller = to_caller(*identity);
  if (caller) remember(digest, *caller, identity->expires_at);
  co_return caller;
}

}  // namespace tollgate::auth
