// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "base64_run.hpp"

#include <array>

namespace tollgate::redaction {
namespace {

/// MIME breaks lines at 76, PEM at 64; what breaks sooner is prose.
constexpr std::size_t kShortestLine = 60;

constexpr std::array<std::int8_t, 256> make_values() {
  constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::array<std::int8_t, 256> table{};
  for (auto& value : table) value = -1;
  for (std::size_t i = 0; i < kLetters.size(); ++i) {
    table[static_cast<unsigned char>(kLetters[i])] = static_cast<std::int8_t>(i);
  }
  table['-'] = 62;
  table['_'] = 63;
  return table;
}
constexpr auto kValues = make_values();

/// Behind the line end at `at`, where the run goes on there; `at` otherwise.
std::size_t next_line(std::string_view text, std::size_t at) {
  std::size_t next = at;
  if (next < text.size() && text[next] == '\r') ++next;
  if (next == text.size() || text[next] != '\n') return at;
  ++next;
  return next < text.size() && base64_value(text[next]) >= 0 ? next : at;
}

}  // namespace

int base64_value(char c) { return kValues[static_cast<unsigned char>(c)]; }

std::size_t base64_run_end(std::string_view text, std::size_t begin, bool url_letters) {
  std::size_t at = begin;
  std::size_t line = begin;
  while (at < text.size()) {
    if (base64_value(text[at]) >= 0 && (url_letters || (text[at] != '-' && text[at] != '_'))) {
      ++at;
      continue;
    }
    const std::size_t next = at - line >= kShortestLine ? next_line(text, at) : at;
    if (next == at) break;
    at = line = next;
  }
  for (int padding = 0; at < text.size() && text[at] == '=' && padding < 2; ++padding) ++at;
  return at;
}

void Base64Decoder::take(std::string_view text, std::string& out) {
  const std::size_t before = out.size();
  out.resize(before + text.size());  // no letter makes more than a byte
  char* to = out.data() + before;
  for (const char c : text) {
    const int value = base64_value(c);
    if (value < 0) continue;
    bits_ = (bits_ << 6) | static_cast<std::uint32_t>(value);
    count_ += 6;
    if (count_ < 8) continue;
    count_ -= 8;
    *to++ = static_cast<char>(bits_ >> count_);
  }
  out.resize(static_cast<std::size_t>(to - out.data()));
}

}  // namespace tollgate::redaction
