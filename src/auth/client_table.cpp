// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "client_table.hpp"

#include <openssl/crypto.h>

#include "certificate_names.hpp"

namespace tollgate::auth {
namespace {

/// Of clients that take tokens of any tenant.
constexpr const char* kAnyTenant = "any";

template <class Index>
const config::Client* find(const Index& index, std::string_view value) {
  const auto found = index.find(value);
  return found == index.end() ? nullptr : found->second;
}

/// One application's tokens may belong to different clients: the key says for whom and of which
/// tenant they are.
std::string token_key(bool for_user, std::string_view tenant, std::string_view value) {
  std::string out(for_user ? "user " : "app ");
  return out.append(tenant).append(" ").append(value);
}

/// Looks for what a token says, first among clients of its tenant alone.
template <class Index>
const config::Client* find_token(const Index& index, const TokenIdentity& identity,
                                 const std::string& value) {
  if (value.empty()) return nullptr;
  const std::string own = token_key(identity.for_user, identity.tenant_id, value);
  if (const config::Client* client = find(index, own)) return client;
  return find(index, token_key(identity.for_user, kAnyTenant, value));
}

template <class Index>
const config::Client* find_any(const Index& index, const TokenIdentity& identity,
                               const std::vector<std::string>& values) {
  for (const std::string& value : values) {
    if (const config::Client* client = find_token(index, identity, value)) return client;
  }
  return nullptr;
}

}  // namespace

ClientTable::ClientTable(const config::Config& config) {
  for (const config::Client& client : config.clients) {
    for (const config::ApiKey& key : client.api_keys) keys_.push_back({&client, &key});
    for (const std::string& value : client.header_values) header_values_.emplace(value, &client);
    for (std::string& name : certificate_names(client.certificates)) {
      certificates_.emplace(std::move(name), &client);
    }
    add_tokens(client);
  }
}

void ClientTable::add_tokens(const config::Client& client) {
  const config::EntraMatch& entra = client.entra;
  std::vector<std::string> tenants = entra.tenants;
  if (tenants.empty()) tenants.emplace_back(kAnyTenant);
  const auto add = [&](Index& index, const std::vector<std::string>& values, bool for_user) {
    for (const std::string& tenant : tenants) {
      for (const std::string& value : values) {
        index.emplace(token_key(for_user, tenant, value), &client);
      }
    }
  };
  for (const bool for_user : {false, true}) {
    const auto other = for_user ? config::TokenType::app : config::TokenType::user;
    if (entra.token_type == other) continue;
    add(object_ids_, entra.object_ids, for_user);
    add(app_ids_, entra.app_ids, for_user);
    add(roles_, entra.roles, for_user);
    add(groups_, entra.groups, for_user);
  }
}

ClientTable::KeyOwner ClientTable::by_api_key(std::string_view key) const {
  const Sha256 digest = sha256(key);
  KeyOwner owner;
  for (const KeyOwner& entry : keys_) {
    if (CRYPTO_memcmp(digest.data(), entry.key->sha256.data(), digest.size()) == 0) owner = entry;
  }
  return owner;
}

const config::Client* ClientTable::by_header_value(std::string_view value) const {
  return find(header_values_, value);
}

const config::Client* ClientTable::by_token(const TokenIdentity& identity) const {
  if (const auto* client = find_token(object_ids_, identity, identity.object_id)) return client;
  if (const auto* client = find_token(app_ids_, identity, identity.app_id)) return client;
  if (const auto* client = find_any(roles_, identity, identity.roles)) return client;
  return find_any(groups_, identity, identity.groups);
}

Result<Caller> ClientTable::caller_by_token(const TokenIdentity& identity) const {
  Caller caller;
  caller.client = by_token(identity);
  if (caller.client == nullptr) {
    return Error{Errc::forbidden,
                 identity.groups_elsewhere
                     ? "no client for this identity, whose groups are too many for its token"
                     : "no client for this identity"};
  }
  caller.method = AuthMethod::entra;
  caller.proof = CallerProof::verified;
  caller.tenant_id = identity.tenant_id;
  caller.app_id = identity.app_id;
  caller.object_id = identity.object_id;
  return caller;
}

ClientTable::CertificateOwner ClientTable::by_certificate(
    const CertificateIdentity& certificate) const {
  for (std::string& name : certificate_names(certificate)) {
    if (const config::Client* client = find(certificates_, name)) return {client, std::move(name)};
  }
  return {};
}

}  // namespace tollgate::auth
