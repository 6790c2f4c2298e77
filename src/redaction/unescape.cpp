// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "unescape.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>

#include "neighbours.hpp"

namespace tollgate::redaction {
namespace {

struct Escape {
  std::string bytes;     ///< what it stands for
  std::size_t size = 0;  ///< of the escape
};

std::optional<std::uint32_t> number(std::string_view digits, int base) {
  std::uint32_t value = 0;
  const char* const end = digits.data() + digits.size();
  const auto [at, failure] = std::from_chars(digits.data(), end, value, base);
  if (failure != std::errc{} || at != end || digits.empty()) return std::nullopt;
  return value;
}

std::string utf8(std::uint32_t point) {
  std::array<utf8proc_uint8_t, 4> bytes{};
  const utf8proc_ssize_t size =
      utf8proc_encode_char(static_cast<utf8proc_int32_t>(point), bytes.data());
  return {reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(size)};
}

std::optional<std::uint32_t> utf16_unit(std::string_view text) {
  if (text.size() < 6 || text[0] != '\\' || text[1] != 'u') return std::nullopt;
  return number(text.substr(2, 4), 16);
}

std::optional<Escape> unicode_escape(std::string_view text) {
  const std::optional<std::uint32_t> unit = utf16_unit(text);
  if (!unit) return std::nullopt;
  if ((*unit & 0xF800) != 0xD800) return Escape{utf8(*unit), 6};
  const std::optional<std::uint32_t> low = utf16_unit(text.substr(6));
  if (!low || (*unit & 0xFC00) != 0xD800 || (*low & 0xFC00) != 0xDC00) return Escape{"", 6};
  return Escape{utf8(0x10000 + ((*unit & 0x3FF) << 10) + (*low & 0x3FF)), 12};
}

std::optional<Escape> backslash(std::string_view text) {
  if (text.size() < 2) return std::nullopt;
  if (text[1] == 'x' && text.size() >= 4) {
    const std::optional<std::uint32_t> byte = number(text.substr(2, 2), 16);
    if (byte) return Escape{std::string(1, static_cast<char>(*byte)), 4};
  }
  switch (text[1]) {
    case 'u':
      return unicode_escape(text);
    case 'n':
    case 'r':
      return Escape{"\n", 2};
    case 't':
      return Escape{"\t", 2};
    case 'b':
      return Escape{"\b", 2};
    case 'f':
      return Escape{"\f", 2};
    case '"':
    case '\\':
    case '/':
      return Escape{std::string(1, text[1]), 2};
    default:
      return std::nullopt;
  }
}

std::optional<Escape> percent(std::string_view text) {
  if (text.size() < 3) return std::nullopt;
  const std::optional<std::uint32_t> byte = number(text.substr(1, 2), 16);
  if (!byte) return std::nullopt;
  return Escape{std::string(1, static_cast<char>(*byte)), 3};
}

/// A named character of HTML.
struct Named {
  std::string_view name;
  std::string_view bytes;
};

/// Those of HTML's names (WHATWG, "Named character references") that spell ASCII marks, blanks,
/// dashes, and what is not seen: with these a value can be written that readers of the page see.
constexpr std::array kNamed{
    Named{"amp", "&"},
    Named{"AMP", "&"},
    Named{"commat", "@"},
    Named{"period", "."},
    Named{"comma", ","},
    Named{"colon", ":"},
    Named{"semi", ";"},
    Named{"sol", "/"},
    Named{"bsol", "\\"},
    Named{"equals", "="},
    Named{"plus", "+"},
    Named{"lowbar", "_"},
    Named{"UnderBar", "_"},
    Named{"num", "#"},
    Named{"percnt", "%"},
    Named{"quot", "\""},
    Named{"QUOT", "\""},
    Named{"apos", "'"},
    Named{"lt", "<"},
    Named{"LT", "<"},
    Named{"gt", ">"},
    Named{"GT", ">"},
    Named{"lpar", "("},
    Named{"rpar", ")"},
    Named{"lsqb", "["},
    Named{"lbrack", "["},
    Named{"rsqb", "]"},
    Named{"rbrack", "]"},
    Named{"lcub", "{"},
    Named{"lbrace", "{"},
    Named{"rcub", "}"},
    Named{"rbrace", "}"},
    Named{"excl", "!"},
    Named{"quest", "?"},
    Named{"dollar", "$"},
    Named{"ast", "*"},
    Named{"midast", "*"},
    Named{"grave", "`"},
    Named{"Hat", "^"},
    Named{"vert", "|"},
    Named{"verbar", "|"},
    Named{"Tab", "\t"},
    Named{"NewLine", "\n"},
    Named{"nbsp", " "},
    Named{"NonBreakingSpace", " "},
    Named{"ensp", " "},
    Named{"emsp", " "},
    Named{"emsp13", " "},
    Named{"emsp14", " "},
    Named{"numsp", " "},
    Named{"puncsp", " "},
    Named{"thinsp", " "},
    Named{"ThinSpace", " "},
    Named{"hairsp", " "},
    Named{"VeryThinSpace", " "},
    Named{"MediumSpace", " "},
    Named{"hyphen", "-"},
    Named{"dash", "-"},
    Named{"ndash", "-"},
    Named{"mdash", "-"},
    Named{"horbar", "-"},
    Named{"minus", "-"},
    Named{"shy", ""},
    Named{"zwj", ""},
    Named{"zwnj", ""},
    Named{"lrm", ""},
    Named{"rlm", ""},
    Named{"NoBreak", ""},
    Named{"ZeroWidthSpace", ""},
    Named{"InvisibleComma", ""},
};

std::optional<Escape> named_entity(std::string_view text) {
  const auto* const found = std::ranges::find_if(kNamed, [&](const Named& one) {
    return text.size() > one.name.size() + 1 && text.substr(1).starts_with(one.name) &&
           text[one.name.size() + 1] == ';';
  });
  if (found == kNamed.end()) return std::nullopt;
  return Escape{std::string(found->bytes), found->name.size() + 2};
}

/// With any number of zeros before it, and without its semicolon: browsers read that, too, and show
/// U+FFFD for what is no character's number.
std::optional<Escape> numbered_entity(std::string_view text) {
  const bool hex = text.size() > 2 && (text[2] == 'x' || text[2] == 'X');
  const std::size_t begin = hex ? 3 : 2;
  std::size_t end = begin;
  while (end < text.size() && (is_digit(text[end]) || (hex && number(text.substr(end, 1), 16))))
    ++end;
  if (end == begin) return std::nullopt;
  const std::size_t first = std::min(text.find_first_not_of('0', begin), end);
  const std::optional<std::uint32_t> point =
      first == end ? 0 : number(text.substr(first, end - first), hex ? 16 : 10);
  return Escape{utf8(point && *point <= 0x10FFFF ? *point : 0xFFFD),
                end + (end < text.size() && text[end] == ';' ? 1 : 0)};
}

std::optional<Escape> entity(std::string_view text) {
  return text.starts_with("&#") ? numbered_entity(text) : named_entity(text);
}

/// Tag characters U+E0020 to U+E007E: no reader sees them, and models read them as ASCII.
std::optional<Escape> tag(std::string_view text) {
  if (!text.starts_with("\xF3\xA0") || text.size() < 4) return std::nullopt;
  const auto row = static_cast<unsigned char>(text[2]);
  const auto last = static_cast<unsigned char>(text[3]);
  const int byte = (row - 0x80) * 0x40 + (last - 0x80);
  if (row < 0x80 || row > 0x81 || byte < 0x20 || byte > 0x7E) return std::nullopt;
  return Escape{std::string(1, static_cast<char>(byte)), 4};
}

/// A control sequence of ECMA-48: its parameters, intermediate bytes and a final one.
std::optional<Escape> control_sequence(std::string_view text) {
  static constexpr std::size_t kLongest = 32;
  if (!text.starts_with("\x1B[")) return std::nullopt;
  std::size_t at = 2;
  const auto pass = [&](char first, char last) {
    while (at < std::min(text.size(), kLongest) && text[at] >= first && text[at] <= last) ++at;
  };
  pass('0', '?');
  pass(' ', '/');
  if (at >= text.size() || text[at] < '@' || text[at] > '~') return std::nullopt;
  return Escape{"", at + 1};
}

/// A blank as forms write it, between groups of digits and capitals (`4111+1111`); elsewhere it is
/// a sum, or a letter of base64.
std::optional<Escape> plus(std::string_view text, std::size_t at) {
  if (at < 2 || text.size() - at < 3) return std::nullopt;
  const std::array<char, 4> around{text[at - 2], text[at - 1], text[at + 1], text[at + 2]};
  const bool groups = std::all_of(around.begin(), around.end(),
                                  [](char c) { return is_digit(c) || (c >= 'A' && c <= 'Z'); });
  if (!groups || std::none_of(around.begin(), around.end(), is_digit)) return std::nullopt;
  return Escape{" ", 1};
}

/// `first`: the text is as it was sent. A plus that an escape spelled is one.
std::optional<Escape> escape_at(std::string_view text, std::size_t at, bool first) {
  switch (text[at]) {
    case '\\':
      return backslash(text.substr(at));
    case '%':
      return percent(text.substr(at));
    case '&':
      return entity(text.substr(at));
    case '+':
      return first ? plus(text, at) : std::nullopt;
    case '\x1B':
      return control_sequence(text.substr(at));
    case '\xF3':
      return tag(text.substr(at));
    default:
      return std::nullopt;
  }
}

bool any_escape(std::string_view text, bool first) {
  for (std::size_t at = text.find_first_of(kEscapeBegins); at != std::string_view::npos;
       at = text.find_first_of(kEscapeBegins, at + 1)) {
    if (escape_at(text, at, first)) return true;
  }
  return false;
}

/// One round: `text`, whose byte i stood at source.source_begin(i) of the source.
template <class Begin, class End>
MatchView replaced(std::string_view text, bool first, Begin begin, End end) {
  MatchView out;
  out.reserve(text.size());
  out.end_source_at(begin(text.size()));
  for (std::size_t at = 0; at < text.size();) {
    const std::optional<Escape> escape = escape_at(text, at, first);
    const std::size_t size = escape ? escape->size : 1;
    out.add(escape ? std::string_view(escape->bytes) : text.substr(at, 1), begin(at),
            end(at + size));
    at += size;
  }
  return out;
}

}  // namespace

bool has_escapes(std::string_view text) { return any_escape(text, true); }

MatchView unescaped(std::string_view text) {
  const auto same = [](std::size_t at) { return at; };
  MatchView once = replaced(text, true, same, same);
  if (!any_escape(once.text(), false)) return once;
  return replaced(
      once.text(), false, [&](std::size_t at) { return once.source_begin(at); },
      [&](std::size_t at) { return once.source_end(at); });
}

}  // namespace tollgate::redaction
