// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "key_in_text.hpp"

#include <algorithm>

#include "tollgate/base/digest.hpp"

namespace tollgate::proxy {
namespace {

constexpr std::string_view kMarks = " \t\r\n\"'<>,;:?&=/";
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
    end = std::min(text.find_first_of(kMarks, end + (pieces == 0 ? 0 : 1)), text.size());
    if (is_key(text.substr(0, end), config)) return true;
    for (std::size_t padded = end; padded < text.size() && text[padded] == '='; ++padded) {
      if (padded == end + 2) break;
      if (is_key(text.substr(0, padded + 1), config)) return true;
    }
  }
  return false;
}

}  // namespace

bool holds_key(std::string_view text, const config::Config& config) {
  while (text.size() >= kShortestCredential) {
    if (begins_with_key(text, config)) return true;
    text.remove_prefix(std::min(text.find_first_of(kMarks), text.size() - 1) + 1);
  }
  return false;
}

std::string without_key(std::string text, const config::Config& config) {
  return holds_key(text, config) ? "(a credential)" : std::move(text);
}

}  // namespace tollgate::proxy
