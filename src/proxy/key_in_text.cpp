// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "key_in_text.hpp"

#include <algorithm>
#include <functional>

#include "tollgate/base/digest.hpp"
#include "tollgate/base/hashed_key.hpp"

namespace tollgate::proxy {
namespace {

bool is_hash_of_key(const Sha256& hash, const config::Config& config) {
  for (const config::Client& client : config.clients) {
    for (const config::ApiKey& key : client.api_keys) {
      if (key.sha256 == hash) return true;
    }
  }
  return false;
}

/// Those whose text is known, whatever stands beside them: the backends', too.
bool holds_secret(std::string_view text, const std::vector<Secret>& secrets) {
  return std::any_of(secrets.begin(), secrets.end(), [&](const Secret& secret) {
    return text.find(secret.reveal()) != std::string_view::npos;
  });
}

/// Keys that `tollgate key` made are told by their shape, whatever stands beside them.
bool holds_made_key(std::string_view text, const config::Config& config) {
  constexpr std::string_view kPrefix = "tollgate_";
  constexpr std::size_t kSize = kPrefix.size() + 43;  // 32 bytes in base64url
  for (std::size_t at = text.find(kPrefix); at != text.npos; at = text.find(kPrefix, at + 1)) {
    if (text.size() - at < kSize) return false;
    if (is_hash_of_key(sha256(text.substr(at, kSize)), config)) return true;
  }
  return false;
}

}  // namespace

bool holds_key(std::string_view text, const config::Config& config) {
  if (holds_secret(text, config.audit.redaction.rules.secrets)) return true;
  if (holds_made_key(text, config)) return true;
  const std::function<bool(const Sha256&)> knows = [&config](const Sha256& hash) {
    return is_hash_of_key(hash, config);
  };
  for (std::size_t at = 0; at + kShortestKey <= text.size(); ++at) {
    const bool may_begin = may_begin_key(text, at, KeyReach::field);
    if (may_begin && key_length_at(text.substr(at), KeyReach::field, knows) > 0) return true;
  }
  return false;
}

std::string without_key(std::string text, const config::Config& config) {
  return holds_key(text, config) ? "(a credential)" : std::move(text);
}

}  // namespace tollgate::proxy
