// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "hashed_keys.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "tollgate/base/hashed_key.hpp"

namespace tollgate::redaction {

HashedKeys::HashedKeys(std::vector<Sha256> hashes) : hashes_(std::move(hashes)) {
  std::sort(hashes_.begin(), hashes_.end());
}

std::optional<HashedKeys::Match> HashedKeys::find(std::string_view text, std::size_t from,
                                                  std::size_t to) const {
  if (hashes_.empty()) return std::nullopt;
  const std::function<bool(const Sha256&)> knows = [this](const Sha256& hash) {
    return std::binary_search(hashes_.begin(), hashes_.end(), hash);
  };
  for (std::size_t at = from; at < std::min(to, text.size()); ++at) {
    if (!may_begin_key(text, at, KeyReach::text)) continue;
    const std::size_t size = key_length_at(text.substr(at), KeyReach::text, knows);
    if (size > 0) return Match{at, at + size};
  }
  return std::nullopt;
}

}  // namespace tollgate::redaction
