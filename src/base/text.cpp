// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/base/text.hpp"

#include <algorithm>
#include <cstdint>

namespace tollgate {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

bool continuation(std::string_view text, std::size_t at, unsigned char low, unsigned char high) {
  if (at >= text.size()) return false;
  const auto byte = static_cast<unsigned char>(text[at]);
  return byte >= low && byte <= high;
}

/// Length of the well-formed UTF-8 sequence at `at` (Unicode table 3-7), 0 when malformed.
std::size_t sequence_length(std::string_view text, std::size_t at) {
  const auto first = static_cast<unsigned char>(text[at]);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return continuation(text, at + 1, 0x80, 0xBF) ? 2 : 0;
  const auto tail = [&](std::size_t offset) { return continuation(text, at + offset, 0x80, 0xBF); };
  if (first >= 0xE0 && first <= 0xEF) {
    const unsigned char low = first == 0xE0 ? 0xA0 : 0x80;
    const unsigned char high = first == 0xED ? 0x9F : 0xBF;
    return continuation(text, at + 1, low, high) && tail(2) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const unsigned char low = first == 0xF0 ? 0x90 : 0x80;
    const unsigned char high = first == 0xF4 ? 0x8F : 0xBF;
    return continuation(text, at + 1, low, high) && tail(2) && tail(3) ? 4 : 0;
  }
  return 0;
}

/// Unicode's Bidi_Control, which makes a text read as another, and its line and paragraph ends.
bool turns_or_breaks(std::string_view sequence) {
  if (sequence == "\xD8\x9C") return true;  // U+061C
  if (sequence.size() != 3 || !sequence.starts_with("\xE2")) return false;
  const auto last = static_cast<unsigned char>(sequence[2]);
  // U+200E, U+200F, U+2028 to U+202E; U+2066 to U+2069
  if (sequence[1] == '\x80') return last == 0x8E || last == 0x8F || (last >= 0xA8 && last <= 0xAE);
  return sequence[1] == '\x81' && last >= 0xA6 && last <= 0xA9;
}

/// C0, DEL, C1 (U+0080 to U+009F), which some terminals obey like an escape, or bidi.
bool is_control(std::string_view sequence) {
  const auto first = static_cast<unsigned char>(sequence.front());
  if (sequence.size() == 1) return first < 0x20 || first == 0x7F;
  return (first == 0xC2 && static_cast<unsigned char>(sequence[1]) < 0xA0) ||
         turns_or_breaks(sequence);
}

/// `kept`: controls that stay.
std::string shown(std::string_view text, std::string_view kept) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = sequence_length(text, at);
    std::string_view piece = length == 0 ? kReplacement : text.substr(at, length);
    if (is_control(piece) && kept.find(piece) == std::string_view::npos) piece = kReplacement;
    out.append(piece);
    at += length == 0 ? 1 : length;
  }
  return out;
}

}  // namespace

std::string to_lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = ascii_lower(c);
  return out;
}

std::string_view trim(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

std::string sanitize_utf8(std::string_view text, std::size_t limit) {
  const auto plain = [](char c) { return c >= 0x20 && c < 0x7F; };
  if (text.size() <= limit && std::all_of(text.begin(), text.end(), plain))
    return std::string(text);
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = sequence_length(text, at);
    std::string_view piece = length == 0 ? kReplacement : text.substr(at, length);
    if (is_control(piece)) piece = " ";
    if (out.size() + piece.size() > limit) break;
    out.append(piece);
    at += length == 0 ? 1 : length;
  }
  return out;
}

std::string whole_word(std::string_view text, std::size_t limit, std::string_view otherwise) {
  constexpr std::size_t kLetter = 4;  // of UTF-8, at most
  std::string out = sanitize_utf8(text, limit + kLetter);
  return out.size() <= limit ? std::move(out) : std::string(otherwise);
}

std::string printable(std::string_view text) { return shown(text, {}); }

std::string printable_lines(std::string_view text) { return shown(text, "\n\t"); }

}  // namespace tollgate
