// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "caption_readings.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "tollgate/base/text.hpp"

namespace tollgate::capture {
namespace {

using redaction::Reading;
using redaction::ReadPiece;

/// What stands between two pieces.
enum class Gap : std::uint8_t { none, tag, lines };

/// Letters of other scripts are bytes from 0x80 on.
bool is_of_a_word(char c) {
  const char lower = ascii_lower(c);
  return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') ||
         static_cast<unsigned char>(c) >= 0x80;
}

/// Which gaps are read as blanks.
struct GapBlanks {
  Gap from = Gap::none;  ///< the least that is one between two words; none: no gap is
  bool kept = false;     ///< one where blanks stand at a line's ends
};

/// Puts pieces one behind another.
class ReadingWriter {
 public:
  ReadingWriter(std::string_view text, GapBlanks blanks) : text_(text), blanks_(blanks) {}

  void add_gap(Gap gap) {
    // Once a gap: lines without text would each go over the blanks of the piece before.
    const bool is_trimmed = gap_ == Gap::lines;
    gap_ = std::max(gap_, gap);
    if (is_trimmed || gap_ != Gap::lines) return;
    while (!out_.empty()) {
      ReadPiece& last = out_.back();
      const std::uint32_t end = without_blanks(text_, {last.begin, last.end}).end;
      has_blank_ = has_blank_ || end < last.end;
      last.end = end;
      if (last.end > last.begin) break;
      out_.pop_back();
    }
  }

  void add(std::uint32_t begin, std::uint32_t end) {
    if (gap_ == Gap::lines) {
      const std::uint32_t first = without_blanks(text_, {begin, end}).begin;
      has_blank_ = has_blank_ || first > begin;
      begin = first;
    }
    if (begin >= end) return;
    out_.push_back({begin, end, !out_.empty() && is_blank(begin)});
    gap_ = Gap::none;
    has_blank_ = false;
  }

  Reading take() { return std::move(out_); }

 private:
  bool is_blank(std::uint32_t begin) const {
    if (blanks_.kept) return has_blank_;
    return blanks_.from != Gap::none && gap_ >= blanks_.from &&
           is_of_a_word(text_[out_.back().end - 1]) && is_of_a_word(text_[begin]);
  }

  std::string_view text_;
  GapBlanks blanks_;
  Reading out_;
  Gap gap_ = Gap::none;
  bool has_blank_ = false;  ///< in the gap
};

/// What of a part no tag covers; `tag`: the first that ends behind its begin.
using TagPlace = std::vector<CaptionTag>::const_iterator;
void add_untagged(CaptionTag part, TagPlace& tag, TagPlace end, ReadingWriter& out) {
  std::uint32_t at = part.begin;
  for (; tag != end && tag->begin < part.end; ++tag) {
    if (tag->begin > at) out.add(at, tag->begin);
    out.add_gap(Gap::tag);
    at = std::max(at, std::min(tag->end, part.end));
    if (tag->end > part.end) return;  // it goes on in the next one
  }
  out.add(at, part.end);
}

}  // namespace

CaptionReadings::CaptionReadings(std::string_view text)
    : parts_(caption_parts(text)),
      inner_tags_(in_cues(capture::inner_tags(text))),
      outer_tags_(in_cues(capture::outer_tags(text))) {
  parts_.push_back({static_cast<std::uint32_t>(text.size()), CaptionKind::feed});
  add_ways(Tags::in);
  if (!inner_tags_.empty()) add_ways(Tags::inner_out);
  if (!outer_tags_.empty() && outer_tags_ != inner_tags_) add_ways(Tags::outer_out);
}

std::optional<Reading> CaptionReadings::next(std::string_view text) {
  while (!ways_.empty()) {
    Reading reading = read(text, ways_.back());
    ways_.pop_back();
    if (reading == last_) continue;
    last_ = reading;
    return reading;
  }
  return std::nullopt;
}

Reading CaptionReadings::read(std::string_view text, const Way& way) const {
  static const std::vector<CaptionTag> none;
  const std::vector<CaptionTag>& tags =
      way.tags == Tags::in ? none : (way.tags == Tags::inner_out ? inner_tags_ : outer_tags_);
  const Gap from = way.blanks == Blanks::between_lines ? Gap::lines
                   : way.blanks == Blanks::at_tags     ? Gap::tag
                                                       : Gap::none;
  ReadingWriter out(text, {from, way.blanks == Blanks::kept});
  auto tag = tags.begin();
  for (std::size_t number = 0; number + 1 < parts_.size(); ++number) {
    const CaptionTag part{parts_[number].begin, parts_[number + 1].begin};
    const CaptionKind kind = parts_[number].kind;
    const bool is_read = kind == CaptionKind::said || (kind == CaptionKind::name && way.names) ||
                         (kind == CaptionKind::number && way.numbers) ||
                         (kind == CaptionKind::block && way.blocks) ||
                         (kind == CaptionKind::dash && way.dashes) ||
                         (kind == CaptionKind::hyphen && way.hyphens);
    while (tag != tags.end() && tag->end <= part.begin) ++tag;
    const bool in_tag = tag != tags.end() && tag->begin < part.begin;
    if (is_read) {
      add_untagged(part, tag, tags.end(), out);
    } else {
      out.add_gap(in_tag ? Gap::tag : Gap::lines);
    }
  }
  return out.take();
}

bool CaptionReadings::any(CaptionKind kind) const {
  return std::ranges::any_of(parts_, [&](const CaptionPart& part) { return part.kind == kind; });
}

/// Those that are often the same stand side by side: next() gives one of them.
void CaptionReadings::add_ways(Tags tags) {
  std::vector<Blanks> all{Blanks::none, Blanks::kept};
  if (tags != Tags::outer_out) all.push_back(Blanks::between_lines);
  if (tags == Tags::inner_out) all.push_back(Blanks::at_tags);
  struct Doubts {
    bool names, numbers, blocks;
  };
  constexpr std::array<Doubts, 4> kIn{
      Doubts{false, false, false}, {false, true, false}, {true, true, false}, {true, true, true}};
  const std::array<bool, 3> has{any(CaptionKind::name), any(CaptionKind::number),
                                any(CaptionKind::block)};
  const std::array<bool, 2> has_marks{any(CaptionKind::dash), any(CaptionKind::hyphen)};
  std::array<bool, 2> marks_before{true, true};
  for (const int kinds : {0, 1, 2}) {  // hyphens first
    const std::array<bool, 2> marks{kinds > 1 && has_marks[0], kinds > 0 && has_marks[1]};
    if (std::exchange(marks_before, marks) == marks) continue;
    std::array<bool, 3> before{true, true, true};
    for (const auto [names, numbers, blocks] : kIn) {
      const std::array<bool, 3> in{names && has[0], numbers && has[1], blocks && has[2]};
      if (std::exchange(before, in) == in) continue;  // as the one before
      for (const Blanks blanks : all)
        ways_.push_back({tags, blanks, names, numbers, blocks, marks[0], marks[1]});
    }
  }
}

/// A tag that a cue's time stands in is none to any reader.
std::vector<CaptionTag> CaptionReadings::in_cues(std::vector<CaptionTag> tags) const {
  auto part = parts_.begin();
  std::erase_if(tags, [&](const CaptionTag& tag) {
    const auto behind = [&](const CaptionPart& one) { return one.begin >= tag.end; };
    while (part != parts_.end() && part->begin < tag.begin) ++part;
    for (auto within = part; within != parts_.end() && !behind(*within); ++within) {
      if (within->kind == CaptionKind::time) return true;
    }
    return false;
  });
  return tags;
}

}  // namespace tollgate::capture
