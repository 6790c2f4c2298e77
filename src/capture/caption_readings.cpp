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

/// Of so many names of speakers one stays where they do: what stands in front of a value's begin
/// may be no name but say what it is, while one stands between its lines.
constexpr std::size_t kLabels = 3;

constexpr std::uint32_t bit(CaptionKind kind) { return 1U << static_cast<unsigned>(kind); }

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
  for (const CaptionPart& part : parts_) has_ |= bit(part.kind);
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
  std::size_t speaker = 0;
  for (std::size_t number = 0; number + 1 < parts_.size(); ++number) {
    const CaptionTag part{parts_[number].begin, parts_[number + 1].begin};
    const CaptionKind kind = parts_[number].kind;
    if (kind == CaptionKind::speaker) ++speaker;
    const bool is_label = kind == CaptionKind::speaker && way.labels == 1 + speaker % kLabels;
    while (tag != tags.end() && tag->end <= part.begin) ++tag;
    const bool in_tag = tag != tags.end() && tag->begin < part.begin;
    if (is_label || (way.kinds & bit(kind)) != 0) {
      add_untagged(part, tag, tags.end(), out);
    } else {
      out.add_gap(in_tag ? Gap::tag : Gap::lines);
    }
  }
  return out.take();
}

void CaptionReadings::add_ways(Tags tags) {
  using enum CaptionKind;
  std::vector<Blanks> all{Blanks::none, Blanks::kept};
  if (tags != Tags::outer_out) all.push_back(Blanks::between_lines);
  if (tags == Tags::inner_out) all.push_back(Blanks::at_tags);
  constexpr std::array<Kinds, 4> kDoubts{0, bit(number), bit(number) | bit(name),
                                         bit(number) | bit(name) | bit(block)};
  constexpr Kinds kMarks = bit(speaker) | bit(mark);
  constexpr std::array<Kinds, 5> kInFront{0, bit(hyphen), kMarks, kMarks | bit(hyphen),
                                          kMarks | bit(hyphen) | bit(dash)};
  std::vector<Kinds> kinds;
  for (const Kinds in_front : kInFront) {
    for (const Kinds doubts : kDoubts) kinds.push_back((bit(said) | in_front | doubts) & has_);
  }
  std::ranges::sort(kinds);
  kinds.erase(std::unique(kinds.begin(), kinds.end()), kinds.end());
  for (const Kinds one : kinds) {
    for (const Blanks blanks : all) ways_.push_back({tags, blanks, one});
  }
  if ((has_ & bit(speaker)) != 0 && tags != Tags::outer_out) add_labelled_ways(tags);
}

void CaptionReadings::add_labelled_ways(Tags tags) {
  using enum CaptionKind;
  for (std::size_t label = 1; label <= kLabels; ++label) {
    for (const Blanks blanks : {Blanks::none, Blanks::between_lines})
      ways_.push_back({tags, blanks, bit(said) | (bit(hyphen) & has_), label});
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
