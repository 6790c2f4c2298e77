// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "small_files.hpp"

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tollgate::capture {
namespace {

constexpr std::string_view kHash = ",\"sha256\":\"";
constexpr std::string_view kBytes = "\"bytes\":";
constexpr std::size_t kHashSize = 64;

/// The number that the text ends with, behind `"bytes":`.
std::optional<std::uint64_t> bytes_before(std::string_view text) {
  const std::size_t begin = text.find_last_not_of("0123456789") + 1;
  if (!text.substr(0, begin).ends_with(kBytes)) return std::nullopt;
  std::uint64_t out = 0;
  const auto [end, fault] = std::from_chars(text.data() + begin, text.data() + text.size(), out);
  if (fault != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return out;
}

bool is_hash(std::string_view text) {
  return text.size() == kHashSize + 1 && text.back() == '"' &&
         text.find_first_not_of("0123456789abcdef") == kHashSize;
}

}  // namespace

std::string hide_small_files(std::string body, redaction::Replacer& replacer) {
  std::string out;
  std::size_t copied = 0;
  for (std::size_t at = body.find(kHash); at != body.npos; at = body.find(kHash, at + 1)) {
    const std::string_view whole(body);
    const std::string_view hash = whole.substr(at + kHash.size(), kHashSize + 1);
    const auto bytes = bytes_before(whole.substr(0, at));
    if (!bytes || *bytes >= redaction::Replacer::kSmallFile || !is_hash(hash)) continue;
    out.append(whole.substr(copied, at - copied)).append(",\"file\":\"");
    out.append(replacer.file_label(hash.substr(0, kHashSize))).append("\"");
    copied = at + kHash.size() + hash.size();
  }
  if (copied == 0) return body;
  return out.append(body, copied);
}

}  // namespace tollgate::capture
