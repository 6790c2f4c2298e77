// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/usage/conversation_id.hpp"

#include "tollgate/base/digest.hpp"
#include "tollgate/base/hex.hpp"
#include "tollgate/base/text.hpp"

namespace tollgate::usage {

namespace {

/// Its begin and its hash, in so many bytes.
std::string shortened(std::string_view id, std::size_t size) {
  constexpr std::size_t kDigits = 16;
  const Sha256 hash = sha256(id);
  const std::string_view bytes(reinterpret_cast<const char*>(hash.data()), hash.size());
  std::string out = sanitize_utf8(id, size - kDigits - 1);
  return out.append("~").append(to_hex(bytes.substr(0, kDigits / 2)));
}

}  // namespace

std::string read_conversation(std::string id) {
  if (id.size() <= kLongestConversationRead) return id;
  return shortened(id, kLongestConversationRead);
}

std::string kept_conversation(std::string_view id) {
  if (id.size() > kLongestConversationRead)
    return kept_conversation(shortened(id, kLongestConversationRead));
  return id.size() > kLongestConversation ? shortened(id, kLongestConversation)
                                          : sanitize_utf8(id, kLongestConversation);
}

}  // namespace tollgate::usage
