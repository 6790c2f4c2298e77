// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "event_template.hpp"

#include <algorithm>
#include <array>

#include "tollgate/base/json_bytes.hpp"
#include "utf8.hpp"

namespace tollgate::audit {
namespace {

/// The size of the string that the text begins with, where it may stay as it is written; else, and
/// with a \uXXXX, which may be half a pair, 0.
std::size_t plain_string_size(std::string_view text) {
  const char* const end = text.data() + text.size();
  for (std::size_t at = 1; at < text.size();) {
    at = static_cast<std::size_t>(find_ascii_stop(text.data() + at, end) - text.data());
    if (at == text.size()) break;
    const auto c = static_cast<unsigned char>(text[at]);
    if (c == '"') return at + 1;
    std::size_t size = 0;
    if (c == '\\') {
      const bool is_short =
          at + 1 < text.size() &&
          std::string_view("\"\\/bfnrt").find(text[at + 1]) != std::string_view::npos;
      size = is_short ? 2 : 0;
    } else if (c >= 0x80) {
      size = character_size(text.substr(at, 4));
    }
    if (size == 0) return 0;
    at += size;
  }
  return 0;
}

/// Of a whole number without a leading zero; else 0.
std::size_t number_size(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
  return at > 1 && text.front() == '0' ? 0 : at;
}

}  // namespace

void EventTemplate::learn(std::string_view text, const JsonFields& event, Growth growth) {
  growing_ = growth.value;
  if (growing_ == nullptr) return;
  std::array<JsonSlice, 3> values{growth.by, event["obfuscation"], event["sequence_number"]};
  std::ranges::sort(values, {}, [](JsonSlice value) { return value.raw().data(); });
  pieces_.clear();
  const char* from = text.data();
  for (const JsonSlice value : values) {
    if (!value.is_string() && !value.integer()) continue;
    const char* const begin = value.raw().data();
    pieces_.push_back({std::string(from, begin), begin == growth.by.raw().data()});
    from = begin + value.raw().size();
  }
  end_.assign(from, text.data() + text.size());
}

std::optional<EventTemplate::Match> EventTemplate::match(std::string_view text) const {
  if (growing_ == nullptr) return std::nullopt;
  Match out;
  std::string_view left = text;
  for (const Piece& piece : pieces_) {
    if (!left.starts_with(piece.literal)) return std::nullopt;
    left.remove_prefix(piece.literal.size());
    const std::size_t size =
        left.starts_with('"') ? plain_string_size(left) : (piece.grows ? 0 : number_size(left));
    if (size == 0) return std::nullopt;
    if (piece.grows) out.by = JsonSlice::whole(left.substr(0, size));
    left.remove_prefix(size);
  }
  if (!left.starts_with(end_)) return std::nullopt;
  out.size = text.size() - left.size() + end_.size();
  return out;
}

}  // namespace tollgate::audit
