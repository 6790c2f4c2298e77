// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "exact_secrets.hpp"

#include <algorithm>

#include "text_bytes.hpp"

namespace tollgate::redaction {

ExactSecrets::ExactSecrets(std::vector<Secret> secrets)
    : secrets_(std::move(secrets)), filter_(kFilterBits) {
  for (std::size_t i = 0; i < secrets_.size(); ++i) {
    const std::string_view value = secrets_[i].reveal();
    const std::uint64_t end = end_of(value.data() + value.size());
    by_end_.emplace(end, i);
    filter_[filter_bit(end)] = true;
    longest_ = std::max(longest_, value.size());
    shortest_word_ = std::min(shortest_word_, TextBytes(value).longest_word());
  }
}

std::uint64_t ExactSecrets::end_of(const char* behind) {
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, behind - kEnd, kEnd);
  return bytes;
}

std::optional<ExactSecrets::Match> ExactSecrets::find(std::string_view text, std::size_t from,
                                                      std::size_t behind) const {
  if (secrets_.empty()) return std::nullopt;
  for (std::size_t end = std::max(from + kEnd, behind + 1); end <= text.size(); ++end) {
    if (!filter_[filter_bit(end_of(text.data() + end))]) continue;
    if (const std::size_t size = longest_before(text, from, end)) return Match{end - size, end};
  }
  return std::nullopt;
}

std::size_t ExactSecrets::longest_before(std::string_view text, std::size_t from,
                                         std::size_t end) const {
  std::size_t longest = 0;
  const auto [first, last] = by_end_.equal_range(end_of(text.data() + end));
  for (auto at = first; at != last; ++at) {
    const std::string_view value = secrets_[at->second].reveal();
    if (text.substr(from, end - from).ends_with(value)) longest = std::max(longest, value.size());
  }
  return longest;
}

}  // namespace tollgate::redaction
