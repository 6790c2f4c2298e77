// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "client_table.hpp"

#include <openssl/crypto.h>

namespace tollgate::auth {
namespace {

template <class Index>
const config::Client* find(const Index& index, std::string_view value) {
  const auto found = index.find(value);
  return found == index.end() ? nullptr : found->second;
}

template <class Index>
const config::Client* find_any(const Index& index, const std::vector<std::string>& values) {
  for (const std::string& value : values) {
    if (const config::Client* client = find(index, value)) return client;
  }
  return nullptr;
}

}  // namespace

ClientTable::ClientTable(const config::Config& config) {
  for (const config::Client& client : config.clients) {
    for (const config::ApiKey& key : client.api_keys) keys_.push_back({&client, &key});
    for (const std::string& value : client.header_values) header_values_.emplace(value, &client);
    for (const std::string& id : client.entra.object_ids) object_ids_.emplace(id, &client);
    for (const std::string& id : client.entra.app_ids) app_ids_.emplace(id, &client);
    for (const std::string& role : client.entra.roles) roles_.emplace(role, &client);
    for (const std::string& group : client.entra.groups) groups_.emplace(group, &client);
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
  if (const auto* client = find(object_ids_, identity.object_id)) return client;
  if (const auto* client = find(app_ids_, identity.app_id)) return client;
  if (const auto* client = find_any(roles_, identity.roles)) return client;
  return find_any(groups_, identity.groups);
}

}  // namespace tollgate::auth
