// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <array>
#include <charconv>

#include "json_slice.hpp"
#include "utf8.hpp"

namespace tollgate::audit {
namespace {

constexpr std::uint32_t kNone = 0xFFFFFFFF;

bool is_high(std::uint32_t unit) { return unit >= 0xD800 && unit <= 0xDBFF; }
bool is_low(std::uint32_t unit) { return unit >= 0xDC00 && unit <= 0xDFFF; }

/// The code unit of the \uXXXX that `text` begins with.
std::uint32_t unit_of(std::string_view text) {
  if (text.size() < 6 || !text.starts_with("\\u")) return kNone;
  std::uint32_t unit = 0;
  const auto [end, error] = std::from_chars(text.data() + 2, text.data() + 6, unit, 16);
  return error == std::errc() && end == text.data() + 6 ? unit : kNone;
}

void append_utf8(std::string& out, std::uint32_t point) {
  const auto continuation = [point](int shift) {
    return static_cast<char>(0x80 | (point >> shift & 0x3F));
  };
  if (point < 0x80) {
    out.push_back(static_cast<char>(point));
  } else if (point < 0x800) {
    out.append({static_cast<char>(0xC0 | point >> 6), continuation(0)});
  } else if (point < 0x10000) {
    out.append({static_cast<char>(0xE0 | point >> 12), continuation(6), continuation(0)});
  } else {
    out.append({static_cast<char>(0xF0 | point >> 18), continuation(12), continuation(6),
                continuation(0)});
  }
}

/// Reads the \uXXXX, or the two of a pair, that `text` begins with; gives how many bytes.
std::size_t append_units(std::string& out, std::string_view text) {
  const std::uint32_t unit = unit_of(text);
  if (is_high(unit)) {
    const std::uint32_t low = unit_of(text.substr(6));
    if (is_low(low)) {
      append_utf8(out, 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00));
      return 12;
    }
  }
  if (unit == kNone || is_high(unit) || is_low(unit)) {
    out.append(kReplacement);
  } else {
    append_utf8(out, unit);
  }
  return 6;
}

char short_escape(char c) {
  switch (c) {
    case 'n':
      return '\n';
    case 't':
      return '\t';
    case 'r':
      return '\r';
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    default:
      return c;
  }
}

void append_escaped(std::string& out, char c) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  if (c == '\n') {
    out.append("\\n");
  } else if (byte < 0x20) {
    out.append("\\u00").append({kDigits[byte >> 4], kDigits[byte & 15]});
  } else {
    out.append({'\\', c});
  }
}

}  // namespace

std::string unescape(std::string_view written) {
  std::string out;
  out.reserve(written.size());
  while (!written.empty()) {
    const std::size_t plain = std::min(written.find('\\'), written.size());
    out.append(written.substr(0, plain));
    written.remove_prefix(plain);
    if (written.size() < 2) break;
    std::size_t size = 2;
    if (written[1] == 'u') {
      size = std::min(append_units(out, written), written.size());
    } else {
      out.push_back(short_escape(written[1]));
    }
    written.remove_prefix(size);
  }
  return out;
}

void append_quoted(std::string& out, std::string_view text) {
  out.push_back('"');
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\') {
      append_escaped(out, c);
    } else {
      out.push_back(c);
    }
  }
  out.push_back('"');
}

std::string to_json_string(std::string_view text) {
  std::string out;
  append_quoted(out, text);
  return out;
}

}  // namespace tollgate::audit
