// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "mark_shapes.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "caption_times.hpp"
#include "tollgate/base/text.hpp"

namespace tollgate::capture {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Letters of other scripts are bytes from 0x80 on.
bool is_letter(char c) {
  const char lower = ascii_lower(c);
  return (lower >= 'a' && lower <= 'z') || static_cast<unsigned char>(c) >= 0x80;
}

struct Character {
  std::uint32_t point = 0;
  std::size_t size = 1;
};

/// The first one of a text that has any; a byte that is no UTF-8 is one, too.
Character first_of(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t size = lead < 0xC2 ? 1 : (lead < 0xE0 ? 2 : (lead < 0xF0 ? 3 : 4));
  if (size == 1 || size > text.size()) return {lead < 0x80 ? lead : 0U, 1};
  std::uint32_t point = lead & (0xFFU >> (size + 1));
  for (const char c : text.substr(1, size - 1))
    point = (point << 6U) | (static_cast<unsigned char>(c) & 0x3FU);
  return {point, size};
}

using Range = std::pair<std::uint32_t, std::uint32_t>;

template <std::size_t kCount>
bool is_in(const std::array<Range, kCount>& ranges, std::uint32_t point) {
  return std::ranges::any_of(
      ranges, [&](const Range& range) { return range.first <= point && point <= range.second; });
}

bool is_dash(std::uint32_t point) {
  constexpr std::array<Range, 5> kDashes{
      {{'-', '-'}, {'>', '>'}, {0x2010, 0x2015}, {0x2212, 0x2212}, {0xFF0D, 0xFF0D}}};
  return is_in(kDashes, point);
}

/// Signs and punctuation but those that values have.
bool is_mark(std::uint32_t point) {
  if (point < 0x80)
    return point != 0 && std::string_view("#*\"',;:!?~|\\^`[]()").find(static_cast<char>(point)) !=
                             std::string_view::npos;
  constexpr std::array<Range, 15> kMarks{{{0xA1, 0xA9},
                                          {0xAB, 0xB1},
                                          {0xB4, 0xB4},
                                          {0xB6, 0xB8},
                                          {0xBB, 0xBB},
                                          {0xBF, 0xBF},
                                          {0x2010, 0x2027},
                                          {0x2030, 0x205E},
                                          {0x2190, 0x27FF},
                                          {0x2900, 0x2BFF},
                                          {0x3001, 0x3004},
                                          {0x3008, 0x3020},
                                          {0x30FB, 0x30FB},
                                          {0xFF3B, 0xFF3D},
                                          {0x1F000, 0x1FAFF}}};
  constexpr std::array<std::uint32_t, 9> kWide{0xFF01, 0xFF08, 0xFF09, 0xFF0A, 0xFF0C,
                                               0xFF1A, 0xFF1B, 0xFF1F, 0xFF5E};
  return is_in(kMarks, point) || std::ranges::find(kWide, point) != kWide.end();
}

bool is_note(std::uint32_t point) {
  return point == '|' || (point >= 0x2669 && point <= 0x266F) ||
         (point >= 0x1F3B5 && point <= 0x1F3B6);
}

struct Brackets {
  std::string_view open;
  std::string_view close;
};

/// Whether what stands in brackets is no part of a value: not more than two digits, beside letters.
bool is_aside(std::string_view inner) {
  if (inner.find_first_of("@+") != inner.npos) return false;
  if (!inner.empty() && time_size(inner) == inner.size()) return true;
  const auto digits = std::ranges::count_if(inner, is_digit);
  return digits == 0 || (digits <= 2 && std::ranges::any_of(inner, is_letter));
}

}  // namespace

std::size_t tag_size(std::string_view text) {
  if (!text.starts_with('<') && !text.starts_with('{')) return 0;
  const std::size_t end = text.find_first_of("<>{}", 1);
  return end != text.npos && text[end] == (text.front() == '<' ? '>' : '}') ? end + 1 : 0;
}

std::size_t aside_size(std::string_view text) {
  constexpr std::array<Brackets, 5> kBrackets{{{"[", "]"},
                                               {"(", ")"},
                                               {"\xEF\xBC\x88", "\xEF\xBC\x89"},
                                               {"\xE3\x80\x90", "\xE3\x80\x91"},
                                               {"\xEF\xBC\xBB", "\xEF\xBC\xBD"}}};
  for (const Brackets& one : kBrackets) {
    if (!text.starts_with(one.open)) continue;
    const std::size_t begin = one.open.size();
    // A search for the end alone would read the rest of the line for each that has none.
    for (std::size_t at = begin; at < text.size(); ++at) {
      const std::string_view rest = text.substr(at);
      if (rest.starts_with(one.open)) return 0;
      if (rest.starts_with(one.close))
        return is_aside(text.substr(begin, at - begin)) ? at + one.close.size() : 0;
    }
    return 0;
  }
  return 0;
}

std::size_t digits_in_brackets_size(std::string_view text) {
  if (!text.starts_with('(')) return 0;
  const std::size_t end = text.find_first_not_of("0123456789+", 1);
  return end != text.npos && end > 1 && text[end] == ')' ? end + 1 : 0;
}

std::size_t dashes_size(std::string_view text) {
  constexpr std::string_view kEntity = "&gt;";
  std::size_t at = 0;
  while (at < text.size()) {
    const std::string_view rest = text.substr(at);
    const Character first = first_of(rest);
    if (rest.starts_with(kEntity)) {
      at += kEntity.size();
    } else if (is_dash(first.point)) {
      at += first.size;
    } else {
      break;
    }
  }
  return at;
}

std::size_t speaker_size(std::string_view text) {
  constexpr std::ptrdiff_t kMostDigits = 3;
  constexpr std::string_view kWideColon = "\xEF\xBC\x9A";
  if (text.empty() || !is_letter(text.front())) return 0;
  std::size_t end = text.find_first_of("@<>{}=\":");
  const std::size_t wide = text.substr(0, end).find(kWideColon);
  std::size_t size = 1;
  if (wide != text.npos) {
    end = wide;
    size = kWideColon.size();
  } else if (end == text.npos || text[end] != ':') {
    return 0;
  }
  const std::string_view behind = text.substr(end + size);
  const bool goes_on = behind.starts_with('/') || behind.starts_with(':') ||
                       (is_digit(text[end - 1]) && !behind.empty() && is_digit(behind.front()));
  const std::string_view name = text.substr(0, end);
  return goes_on || std::ranges::count_if(name, is_digit) > kMostDigits ? 0 : end + size;
}

std::size_t note_size(std::string_view text) {
  if (text.empty()) return 0;
  const Character first = first_of(text);
  if (is_note(first.point)) return first.size;
  if (text.starts_with(">>") || text.starts_with("&gt;&gt;")) return dashes_size(text);
  return 0;
}

std::size_t mark_size(std::string_view text) {
  if (text.empty()) return 0;
  const std::size_t points = std::min(text.find_first_not_of('.'), text.size());
  if (points > 1) return points;
  const Character first = first_of(text);
  return is_mark(first.point) && digits_in_brackets_size(text) == 0 ? first.size : 0;
}

}  // namespace tollgate::capture
