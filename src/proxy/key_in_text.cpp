// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "key_in_text.hpp"

#include <algorithm>

#include "tollgate/base/digest.hpp"

namespace tollgate::proxy {
namespace {

/// All that is no letter, digit, or within words and base64 (- _ +); letters of other scripts, too.
bool is_mark(char c) {
  const char lower = static_cast<char>(c | 0x20);
  return !((lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '+');
}

std::size_t find_mark(std::string_view text, std::size_t from = 0) {
  const auto begin = text.begin() + static_cast<std::ptrdiff_t>(std::min(from, text.size()));
  return static_cast<std::size_t>(std::find_if(begin, text.end(), is_mark) - text.begin());
}

/// A key of 44 letters of base64 has two thirds of a slash on average.
constexpr int kMostPieces = 8;

bool is_key(std::string_view text, const config::Config& config) {
  if (text.size() < kShortestCredential) return false;
  const Sha256 digest = sha256(text);
  for (const config::Client& client : config.clients) {
    for (const config::ApiKey& key : client.api_keys) {
      if (key.sha256 == digest) return true;
    }
  }
  return false;
}

/// Whether a key begins where the text does. Base64 pads with up to two marks.
bool begins_with_key(std::string_view text, const config::Config& config) {
  std::size_t end = 0;
  for (int pieces = 0; pieces < kMostPieces && end < text.size(); ++pieces) {
    end = find_mark(text, end + (pieces == 0 ? 0 : 1));
    if (is_key(text.substr(0, end), config)) return true;
    for (std::size_t padded = end; padded < text.size() && text[padded] == '='; ++padded) {
      if (padded == end + 2) break;
      if (is_key(text.substr(0, padded + 1), config)) return true;
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
    if (text.size() - at >= kSize && is_key(text.substr(at, kSize), config)) return true;
  }
  return false;
}

}  // namespace

bool holds_key(std::string_view text, const config::Config& config) {
  if (holds_secret(text, config.audit.redaction.rules.secrets)) return true;
  if (holds_made_key(text, config)) return true;
  while (text.size() >= kShortestCredential) {
    if (begins_with_key(text, config)) return true;
    text.remove_prefix(std::min(find_mark(text), text.size() - 1) + 1);
  }
  return false;
}

std::string without_key(std::string text, const config::Config& config) {
  return holds_key(text, config) ? "(a credential)" : std::move(text);
}

}  // namespace tollgate::proxy
