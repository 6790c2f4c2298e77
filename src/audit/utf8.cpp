// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "utf8.hpp"

#include <cstdint>
#include <cstring>

namespace tollgate::audit {
namespace {

struct Lead {
  std::uint8_t size = 0;
  std::uint8_t low = 0x80;  ///< bounds of the second byte (Unicode, table 3-7)
  std::uint8_t high = 0xBF;
};

Lead lead_of(unsigned char c) {
  if (c < 0x80) return {1};
  if (c >= 0xC2 && c <= 0xDF) return {2};
  if (c == 0xE0) return {3, 0xA0, 0xBF};
  if (c == 0xED) return {3, 0x80, 0x9F};
  if (c >= 0xE1 && c <= 0xEF) return {3};
  if (c == 0xF0) return {4, 0x90, 0xBF};
  if (c == 0xF4) return {4, 0x80, 0x8F};
  if (c >= 0xF1 && c <= 0xF3) return {4};
  return {};
}

/// How many bytes from the begin are ASCII.
std::size_t ascii_size(std::string_view text) {
  std::size_t size = 0;
  for (std::uint64_t eight = 0; text.size() - size >= sizeof eight; size += sizeof eight) {
    std::memcpy(&eight, text.data() + size, sizeof eight);
    if ((eight & 0x8080808080808080U) != 0) break;
  }
  while (size < text.size() && static_cast<unsigned char>(text[size]) < 0x80) ++size;
  return size;
}

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

/// Whether more bytes can make a character of these few.
bool may_become_character(std::string_view text) {
  const Lead lead = lead_of(static_cast<unsigned char>(text.front()));
  if (text.size() >= lead.size) return false;
  if (text.size() < 2) return true;
  const auto second = static_cast<unsigned char>(text[1]);
  return second >= lead.low && second <= lead.high && (text.size() < 3 || is_continuation(text[2]));
}

}  // namespace

std::size_t character_size(std::string_view text) {
  if (text.empty()) return 0;
  const Lead lead = lead_of(static_cast<unsigned char>(text.front()));
  if (lead.size < 2) return lead.size;
  if (text.size() < lead.size) return 0;
  const auto second = static_cast<unsigned char>(text[1]);
  if (second < lead.low || second > lead.high) return 0;
  for (std::size_t i = 2; i < lead.size; ++i) {
    if (!is_continuation(text[i])) return 0;
  }
  return lead.size;
}

std::string repair_utf8(std::string_view text, std::size_t& replaced) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t ascii = ascii_size(text);
    out.append(text.substr(0, ascii));
    text.remove_prefix(ascii);
    if (text.empty()) break;
    const std::size_t size = character_size(text);
    if (size == 0) ++replaced;
    out.append(size == 0 ? kReplacement : text.substr(0, size));
    text.remove_prefix(size == 0 ? 1 : size);
  }
  return out;
}

void Utf8Mender::feed(std::string_view text, std::string& out) {
  while (!held_.empty() && !text.empty()) {
    held_.push_back(text.front());
    text.remove_prefix(1);
    held_ = std::string(mend(held_, out));
  }
  held_.append(mend(text, out));
}

void Utf8Mender::finish(std::string& out) {
  for (std::size_t i = 0; i < held_.size(); ++i) out.append(kReplacement);
  held_.clear();
}

/// Gives back the end of `text` that may become a character.
std::string_view Utf8Mender::mend(std::string_view text, std::string& out) {
  while (!text.empty()) {
    const std::size_t ascii = ascii_size(text);
    out.append(text.substr(0, ascii));
    text.remove_prefix(ascii);
    if (text.empty()) break;
    const std::size_t size = character_size(text);
    if (size == 0 && may_become_character(text)) return text;
    out.append(size == 0 ? kReplacement : text.substr(0, size));
    text.remove_prefix(size == 0 ? 1 : size);
  }
  return {};
}

}  // namespace tollgate::audit
