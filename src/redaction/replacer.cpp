// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/redaction/replacer.hpp"

#include <algorithm>

#include "rule_table.hpp"
#include "tollgate/base/digest.hpp"
#include "tollgate/base/hex.hpp"

namespace tollgate::redaction {
namespace {

std::string label_of(std::string_view rule) {
  std::string out;
  for (const char c : rule) out.push_back(c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c);
  return out;
}

std::string keyed(const Secret& key, std::string_view text) {
  const Sha256 mac = hmac_sha256(key.reveal(), text);
  return to_hex({reinterpret_cast<const char*>(mac.data()), 8});
}

}  // namespace

std::string Replacer::replacement(std::string_view rule, std::string_view value) {
  count(rule);
  // A byte that no rule's name holds, so that no two pairs are spelled alike.
  const std::string named = std::string(rule) + '\0' + std::string(value);
  if (key_) return "[" + label_of(rule) + ":" + keyed(*key_, named) + "]";
  const std::optional<std::uint32_t> number = number_of(rule, named);
  return "[" + label_of(rule) + (number ? "_" + std::to_string(*number) : "") + "]";
}

std::string Replacer::file_label(std::string_view hash) {
  const std::string whole = replacement(kBinary, hash);
  return whole.substr(1, whole.size() - 2);
}

std::optional<std::uint32_t> Replacer::number_of(std::string_view rule,
                                                 const std::string& named_value) {
  const Sha256 whole = sha256(named_value);
  Hash hash{};
  std::copy_n(whole.begin(), hash.size(), hash.begin());
  if (const auto known = numbers_.find(hash); known != numbers_.end()) return known->second;
  if (numbers_.size() == kMostNumbered) return std::nullopt;
  return numbers_[hash] = ++last_numbers_[std::string(rule)];
}

}  // namespace tollgate::redaction
