// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/usage/conversation_id.hpp"

#include "tollgate/base/digest.hpp"
#include "tollgate/base/hex.hpp"
#include "tollgate/base/text.hpp"

namespace tollgate::usage {

std::string kept_conversation(std::string_view id, std::size_t limit) {
  constexpr std::size_t kDigits = 16;
  if (id.size() <= limit) return sanitize_utf8(id, limit);
  const Sha256 hash = sha256(id);
  const std::string_view bytes(reinterpret_cast<const char*>(hash.data()), hash.size());
  std::string out = sanitize_utf8(id, limit - kDigits - 1);
  return out.append("~").append(to_hex(bytes.substr(0, kDigits / 2)));
}

}  // namespace tollgate::usage
