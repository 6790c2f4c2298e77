// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "caption_marks.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "caption_blanks.hpp"
#include "mark_shapes.hpp"
#include "tollgate/base/text.hpp"

namespace tollgate::capture {
namespace {

bool is_plain_letter(char c) {
  const char lower = ascii_lower(c);
  return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9');
}

class LineParting {
 public:
  explicit LineParting(std::string_view line) : line_(line) {}

  std::vector<CaptionPart> take() {
    while (take_in_front()) {
    }
    while (at_ < line_.size()) take_behind();
    settle(CaptionKind::mark);
    return std::move(parts_);
  }

 private:
  std::string_view rest() const { return line_.substr(at_); }

  /// What stands in front of what is said; false: that begins.
  bool take_in_front() {
    const std::size_t blanks = blanks_before(rest());
    const std::string_view text = line_.substr(at_ + blanks);
    const auto [size, kind] = found_in_front(text);
    if (size == 0) return false;
    add(blanks + size + blanks_before(text.substr(size)), kind);
    return true;
  }

  using Found = std::pair<std::size_t, CaptionKind>;

  static Found found_in_front(std::string_view text) {
    if (const std::size_t size = tag_size(text)) return {size, CaptionKind::said};
    if (const std::size_t size = dashes_size(text)) return {size, dash_kind(text, size)};
    if (const std::size_t size = aside_size(text)) return {size, CaptionKind::mark};
    if (const std::size_t size = std::max(note_size(text), mark_size(text)))
      return {size, CaptionKind::mark};
    return {speaker_size(text), CaptionKind::speaker};
  }

  static CaptionKind dash_kind(std::string_view text, std::size_t size) {
    const bool is_bare = size < text.size() && blanks_before(text.substr(size)) == 0;
    return text.substr(0, size) == "-" && is_bare ? CaptionKind::hyphen : CaptionKind::dash;
  }

  /// A piece of what is said, or a mark. At the line's end more is one than elsewhere: until that
  /// has come, or more text, such are put aside.
  void take_behind() {
    const std::string_view text = rest();
    if (is_plain_letter(text.front())) return say(1);
    if (const std::size_t blanks = blanks_before(text)) return set_aside(blanks, kBlank);
    if (const std::size_t tag = tag_size(text)) return set_aside(tag, CaptionKind::said);
    if (const std::size_t size = std::max(aside_size(text), note_size(text)))
      return set_aside(size, CaptionKind::mark);
    if (const std::size_t digits = digits_in_brackets_size(text)) return say(digits);
    const bool is_behind_blank = at_ > 0 && blanks_behind(line_.substr(0, at_)) > 0;
    const std::size_t dashes = dashes_size(text);
    if (dashes > 1 || (dashes == 1 && is_behind_blank)) return set_aside(dashes, kMaybe);
    if (const std::size_t size = mark_size(text)) return set_aside(size, kMaybe);
    say(1);
  }

  void say(std::size_t size) {
    settle(CaptionKind::said);
    add(size, CaptionKind::said);
  }

  void set_aside(std::size_t size, CaptionKind kind) {
    aside_.push_back({static_cast<std::uint32_t>(at_), kind});
    at_ += size;
  }

  /// What was put aside is a mark, or said. Blanks go with what they are behind.
  void settle(CaptionKind maybe) {
    CaptionKind before = CaptionKind::said;
    for (const auto& [begin, kind] : aside_) {
      if (kind != kBlank) before = kind == kMaybe ? maybe : kind;
      put(begin, before);
    }
    aside_.clear();
  }

  void add(std::size_t size, CaptionKind kind) {
    put(static_cast<std::uint32_t>(at_), kind);
    at_ += size;
  }

  void put(std::uint32_t begin, CaptionKind kind) {
    if (parts_.empty() || parts_.back().kind != kind) parts_.push_back({begin, kind});
  }

  /// Of what is put aside, until it is settled.
  static constexpr CaptionKind kMaybe = CaptionKind::feed;
  static constexpr CaptionKind kBlank = CaptionKind::time;

  std::string_view line_;
  std::size_t at_ = 0;
  std::vector<CaptionPart> parts_;
  std::vector<CaptionPart> aside_;
};

}  // namespace

std::vector<CaptionPart> line_parts(std::string_view line) { return LineParting(line).take(); }

}  // namespace tollgate::capture
