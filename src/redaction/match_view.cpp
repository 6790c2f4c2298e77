// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "match_view.hpp"

#include <utf8proc.h>

#include <array>
#include <cstdint>
#include <optional>

#include "sight.hpp"

namespace tollgate::redaction {
namespace {

/// Longer decompositions (Arabic ligatures that spell a sentence) are not taken apart: they would
/// make a text many times longer, and hold nothing that a rule looks for.
constexpr utf8proc_ssize_t kMostParts = 4;

bool is_decimal_digit(utf8proc_int32_t point) {
  return utf8proc_category(point) == UTF8PROC_CATEGORY_ND;
}

/// Digits stand in runs of ten whose zero has 0 or 6 as its last hexadecimal digit (Unicode 15,
/// which utf8proc 2.8 follows; the test looks at every one).
char ascii_digit(utf8proc_int32_t point) {
  const int low = point & 0xF;
  const bool run_from_six = low >= 6 && !is_decimal_digit(point & ~0xF);
  return static_cast<char>('0' + (run_from_six ? low - 6 : low));
}

/// What the character is read as, where that is one byte.
std::optional<char> single_byte(utf8proc_int32_t point) {
  switch (utf8proc_category(point)) {
    case UTF8PROC_CATEGORY_ND:
      return ascii_digit(point);
    case UTF8PROC_CATEGORY_PD:
      return '-';
    case UTF8PROC_CATEGORY_ZS:
      return ' ';
    default:
      break;
  }
  if (point == 0x2212) return '-';                     // minus sign
  if (point == 0x3002 || point == 0xFF61) return '.';  // ideographic full stop, as domains take it
  return std::nullopt;
}

void add_seen(std::string& out, utf8proc_int32_t point) {
  if (point < 0x80) {
    out.push_back(static_cast<char>(point));
    return;
  }
  if (const std::optional<char> one = single_byte(point)) {
    out.push_back(*one);
    return;
  }
  std::array<utf8proc_uint8_t, 4> bytes{};
  const utf8proc_ssize_t size = utf8proc_encode_char(point, bytes.data());
  out.append(reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(size));
}

/// What a character is read as.
struct CharacterReading {
  std::string text;  ///< empty: it is left out
  bool doubtful = false;
};

void add_point(CharacterReading& out, utf8proc_int32_t point, Doubtful doubtful) {
  const Sight sight = sight_of(point);
  if (sight == Sight::seen) add_seen(out.text, point);
  if (sight != Sight::doubtful) return;
  out.doubtful = true;
  if (doubtful == Doubtful::line_end) out.text.push_back('\n');
}

CharacterReading reading_of(utf8proc_int32_t point, Doubtful doubtful) {
  std::array<utf8proc_int32_t, kMostParts> parts{};
  int boundary = 0;
  const utf8proc_ssize_t count = utf8proc_decompose_char(
      point, parts.data(), kMostParts,
      static_cast<utf8proc_option_t>(UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_IGNORE),
      &boundary);
  CharacterReading out;
  if (count < 0 || count > kMostParts) {
    add_point(out, point, doubtful);
  } else {
    for (utf8proc_ssize_t i = 0; i < count; ++i)
      add_point(out, parts[static_cast<std::size_t>(i)], doubtful);
  }
  return out;
}

}  // namespace

std::size_t MatchView::source_begin(std::size_t at) const {
  if (at >= text_.size()) return source_size_;
  return mapped_ ? begins_[at] : at;
}

std::size_t MatchView::source_end(std::size_t at) const { return mapped_ ? ends_[at - 1] : at; }

bool MatchView::gap_at(std::size_t at) const {
  return mapped_ && at > 0 && at < text_.size() && begins_[at] > ends_[at - 1];
}

void MatchView::add(std::string_view bytes, std::size_t begin, std::size_t end) {
  map_each();
  text_.append(bytes);
  begins_.resize(text_.size(), static_cast<std::uint32_t>(begin));
  ends_.resize(text_.size(), static_cast<std::uint32_t>(end));
}

void MatchView::add_plain(std::string_view bytes, std::size_t begin) {
  if (!mapped_ && begin != text_.size()) map_each();
  text_.append(bytes);
  for (std::size_t i = 0; mapped_ && i < bytes.size(); ++i) {
    begins_.push_back(static_cast<std::uint32_t>(begin + i));
    ends_.push_back(static_cast<std::uint32_t>(begin + i + 1));
  }
}

void MatchView::map_each() {
  if (mapped_) return;
  mapped_ = true;
  for (std::size_t i = 0; i < text_.size(); ++i) {
    begins_.push_back(static_cast<std::uint32_t>(i));
    ends_.push_back(static_cast<std::uint32_t>(i + 1));
  }
}

MatchView MatchView::plain(std::string_view text) {
  MatchView out;
  out.text_ = text;
  out.source_size_ = text.size();
  return out;
}

MatchView normalise(std::string_view text, Doubtful doubtful) {
  MatchView out;
  out.reserve(text.size());
  out.end_source_at(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t plain = plain_length(text.substr(at));
    out.add_plain(text.substr(at, plain), at);
    at += plain;
    if (at == text.size()) break;
    utf8proc_int32_t point = 0;
    const utf8proc_ssize_t size =
        utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()) + at,
                         static_cast<utf8proc_ssize_t>(text.size() - at), &point);
    const std::size_t end = at + (size > 0 ? static_cast<std::size_t>(size) : 1);
    if (size > 0) {
      const CharacterReading reading = reading_of(point, doubtful);
      out.add(reading.text, at, end);
      if (reading.doubtful) out.note_doubt();
    }
    at = end;
  }
  return out;
}

MatchView normalise(const MatchView& view, Doubtful doubtful) {
  const MatchView of_text = normalise(std::string_view(view.text()), doubtful);
  MatchView out;
  out.end_source_at(view.source_begin(view.text().size()));
  if (of_text.in_doubt()) out.note_doubt();
  const std::string& text = of_text.text();
  for (std::size_t at = 0; at < text.size(); ++at) {
    out.add(std::string_view(text).substr(at, 1), view.source_begin(of_text.source_begin(at)),
            view.source_end(of_text.source_end(at + 1)));
  }
  return out;
}

}  // namespace tollgate::redaction
