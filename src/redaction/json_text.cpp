// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "json_text.hpp"

#include <array>
#include <charconv>
#include <cstdint>

#include "tollgate/base/json_bytes.hpp"

namespace tollgate::redaction {
namespace {

std::optional<std::uint32_t> utf16_unit(std::string_view raw) {
  if (raw.size() < 6 || raw[0] != '\\' || raw[1] != 'u') return std::nullopt;
  std::uint32_t unit = 0;
  const auto [at, failure] = std::from_chars(raw.data() + 2, raw.data() + 6, unit, 16);
  if (failure != std::errc{} || at != raw.data() + 6) return std::nullopt;
  return unit;
}

void add_utf8(std::string& out, std::uint32_t point) {
  if (point < 0x80) {
    out.push_back(static_cast<char>(point));
    return;
  }
  const int more = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
  static constexpr std::array<std::uint32_t, 4> kLead{0, 0xC0, 0xE0, 0xF0};
  out.push_back(static_cast<char>(kLead[static_cast<std::size_t>(more)] | (point >> (6 * more))));
  for (int i = more - 1; i >= 0; --i) {
    out.push_back(static_cast<char>(0x80 | ((point >> (6 * i)) & 0x3F)));
  }
}

/// How long the escape at the begin of `raw` is, with what it spells behind `out`; 0: it is none.
std::size_t decode_unicode(std::string_view raw, std::string& out) {
  const std::optional<std::uint32_t> unit = utf16_unit(raw);
  if (!unit) return 0;
  const std::optional<std::uint32_t> low = utf16_unit(raw.substr(6));
  if ((*unit & 0xFC00) == 0xD800 && low && (*low & 0xFC00) == 0xDC00) {
    add_utf8(out, 0x10000 + ((*unit & 0x3FF) << 10) + (*low & 0x3FF));
    return 12;
  }
  add_utf8(out, *unit);
  return 6;
}

std::size_t decode_escape(std::string_view raw, std::string& out) {
  if (raw.size() < 2) return 0;
  static constexpr std::string_view kLetters = "\"\\/bfnrt";
  static constexpr std::string_view kBytes = "\"\\/\b\f\n\r\t";
  const std::size_t at = kLetters.find(raw[1]);
  if (at == std::string_view::npos) return decode_unicode(raw, out);
  out.push_back(kBytes[at]);
  return 2;
}

/// U+D800 to U+DFFF as three bytes: ED, A0 to BF, 80 to BF.
bool is_lone_surrogate(std::string_view text) {
  return text.size() >= 3 && text[0] == '\xED' && static_cast<unsigned char>(text[1]) >= 0xA0;
}

void add_unicode_escape(std::string& out, unsigned point) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out.push_back(kDigits[(point >> shift) & 0xF]);
}

void encode_byte(std::string& out, char c) {
  if (c == '"' || c == '\\') {
    out.push_back('\\');
    out.push_back(c);
  } else if (c == '\n') {
    out += "\\n";
  } else if (static_cast<unsigned char>(c) < 0x20) {
    add_unicode_escape(out, static_cast<unsigned char>(c));
  } else {
    out.push_back(c);
  }
}

}  // namespace

bool is_spelled_plainly(std::string_view raw) {
  const char* const end = raw.data() + raw.size();
  return find_strict_stop(raw.data(), end) == end;
}

std::optional<std::string> decode_json_text(std::string_view raw) {
  std::string out;
  out.reserve(raw.size());
  for (std::size_t at = 0; at < raw.size();) {
    if (static_cast<unsigned char>(raw[at]) < 0x20) return std::nullopt;
    if (raw[at] != '\\') {
      out.push_back(raw[at++]);
      continue;
    }
    const std::size_t size = decode_escape(raw.substr(at), out);
    if (size == 0) return std::nullopt;
    at += size;
  }
  return out;
}

std::string encode_json_text(std::string_view text) {
  std::string out = "\"";
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (is_lone_surrogate(text.substr(at))) {
      add_unicode_escape(out, 0xD000U | ((static_cast<unsigned>(text[at + 1]) & 0x3FU) << 6) |
                                  (static_cast<unsigned>(text[at + 2]) & 0x3FU));
      at += 2;
    } else {
      encode_byte(out, text[at]);
    }
  }
  out.push_back('"');
  return out;
}

}  // namespace tollgate::redaction
