// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "caption_parts.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "caption_blanks.hpp"
#include "caption_marks.hpp"
#include "caption_times.hpp"

namespace tollgate::capture {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

struct Line {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;   ///< of its text
  std::uint32_t next = 0;  ///< where the one behind it begins
};

Line line_at(std::string_view text, std::size_t at) {
  const std::size_t end = std::min(text.find_first_of("\r\n", at), text.size());
  const std::size_t feed = text.substr(end, 2) == "\r\n" ? 2 : (end < text.size() ? 1 : 0);
  return {static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(end),
          static_cast<std::uint32_t>(end + feed)};
}

std::string_view trimmed(std::string_view text, const Line& line) {
  const CaptionTag piece = without_blanks(text, {line.begin, line.end});
  return text.substr(piece.begin, piece.end - piece.begin);
}

/// WebVTT's blocks that nobody is shown.
bool begins_block(std::string_view line) {
  constexpr std::array<std::string_view, 4> kBlocks{"WEBVTT", "NOTE", "STYLE", "REGION"};
  return std::ranges::any_of(kBlocks, [&](std::string_view name) {
    return line.starts_with(name) &&
           (line.size() == name.size() || line[name.size()] == ' ' || line[name.size()] == '\t');
  });
}

std::optional<std::uint32_t> number_of(std::string_view line) {
  if (line.empty() || line.size() > 9 || !std::ranges::all_of(line, is_digit)) return std::nullopt;
  std::uint32_t out = 0;
  for (const char c : line) out = out * 10 + static_cast<std::uint32_t>(c - '0');
  return out;
}

class Parting {
 public:
  explicit Parting(std::string_view text) : text_(text) {}

  std::vector<CaptionPart> take() {
    for (std::size_t at = 0; at < text_.size();) {
      const Line line = line_at(text_, at);
      note(line);
      at = line.next;
    }
    return std::move(parts_);
  }

 private:
  void note(const Line& line) {
    const std::string_view said = trimmed(text_, line);
    const CaptionTimes times = times_of(text_.substr(line.begin, line.end - line.begin));
    if (times.size > 0) {
      note_time(line, times);
    } else {
      in_block_ = !said.empty() && (in_block_ || (is_after_blank_ && begins_block(said)));
      above_ = parts_.size();
      add_line(line.begin, line.end, kind_of(said));
      has_above_ = !said.empty();
      is_under_text_ = !is_after_blank_;
      above_number_ = number_of(said);
    }
    is_after_blank_ = said.empty();
    if (line.next > line.end) add(line.end, CaptionKind::feed);
  }

  CaptionKind kind_of(std::string_view said) const {
    if (said.empty()) return CaptionKind::feed;
    if (!in_block_) return CaptionKind::said;
    return said == "WEBVTT" || said == "NOTE" ? CaptionKind::time : CaptionKind::block;
  }

  /// Where what is said stands behind the time, no cue has a name: each line is one.
  void note_time(const Line& line, const CaptionTimes& times) {
    const auto behind = line.begin + static_cast<std::uint32_t>(times.size);
    if (!times.is_said_behind) name_line_above();
    has_above_ = in_block_ = false;
    add(line.begin, CaptionKind::time);
    if (behind < line.end)
      add_line(behind, line.end, times.is_said_behind ? CaptionKind::said : CaptionKind::block);
  }

  /// The line before may say what the cue is called.
  void name_line_above() {
    if (has_above_) {
      const CaptionKind kind = kind_above();
      for (std::size_t part = above_; part < parts_.size(); ++part) {
        if (parts_[part].kind == CaptionKind::said) parts_[part].kind = kind;
      }
    }
    ++cues_;
  }

  /// A line, or what of it stands behind a time.
  void add_line(std::uint32_t begin, std::uint32_t end, CaptionKind kind) {
    if (kind != CaptionKind::said || begin == end) return add(begin, kind);
    for (const CaptionPart& part : line_parts(text_.substr(begin, end - begin)))
      add(begin + part.begin, part.kind);
  }

  CaptionKind kind_above() {
    if (!above_number_) return is_under_text_ ? CaptionKind::said : CaptionKind::name;
    if (is_under_text_) return CaptionKind::number;
    const bool counts = does_count(*above_number_);
    number_ = above_number_;
    numbered_cue_ = cues_;
    return counts ? CaptionKind::time : CaptionKind::name;
  }

  /// Numbers that count up, some cues perhaps without one, are no part of anything else.
  bool does_count(std::uint32_t number) const {
    if (!number_) return cues_ == 0 && number <= 1;
    return number > *number_ && number - *number_ <= cues_ - numbered_cue_;
  }

  void add(std::uint32_t begin, CaptionKind kind) { parts_.push_back({begin, kind}); }

  std::string_view text_;
  std::vector<CaptionPart> parts_;
  bool in_block_ = false;
  bool is_after_blank_ = true;
  std::uint32_t cues_ = 0;
  std::uint32_t numbered_cue_ = 0;  ///< the one with number_
  bool has_above_ = false;          ///< the line before has text, from parts_[above_] on
  std::size_t above_ = 0;
  std::optional<std::uint32_t> above_number_;
  bool is_under_text_ = false;           ///< that line
  std::optional<std::uint32_t> number_;  ///< the last one
};

/// Whether a cue's time begins the line there.
bool begins_cue(std::string_view text, std::size_t at) {
  const std::size_t first = text.find_first_not_of(" \t", at);
  if (first == text.npos || (!is_digit(text[first]) && text[first] != '[' && text[first] != '{'))
    return false;
  const Line line = line_at(text, first);
  return times_of(text.substr(line.begin, line.end - line.begin)).size > 0;
}

}  // namespace

bool are_captions(std::string_view text) {
  if (begins_cue(text, 0)) return true;
  for (const char feed : {'\n', '\r'}) {
    for (std::size_t at = text.find(feed); at != text.npos; at = text.find(feed, at + 1)) {
      if (begins_cue(text, at + 1)) return true;
    }
  }
  return false;
}

std::vector<CaptionPart> caption_parts(std::string_view text) { return Parting(text).take(); }

std::vector<CaptionTag> inner_tags(std::string_view text) {
  std::vector<CaptionTag> out;
  std::size_t open = text.npos;
  for (std::size_t at = text.find_first_of("<>{}"); at < text.size();
       at = text.find_first_of("<>{}", at + 1)) {
    const char c = text[at];
    const char closing = open == text.npos ? '\0' : (text[open] == '<' ? '>' : '}');
    if (c == '<' || c == '{') {
      open = at;
    } else {
      if (c == closing)
        out.push_back({static_cast<std::uint32_t>(open), static_cast<std::uint32_t>(at + 1)});
      open = text.npos;
    }
  }
  return out;
}

std::vector<CaptionTag> outer_tags(std::string_view text) {
  std::vector<CaptionTag> out;
  for (std::size_t at = text.find('<'); at < text.size(); at = text.find('<', at)) {
    const std::size_t end = text.find('>', at);
    if (end == text.npos) break;
    out.push_back({static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(end + 1)});
    at = end + 1;
  }
  return out;
}

CaptionTag without_blanks(std::string_view text, CaptionTag piece) {
  const std::string_view text_of = text.substr(piece.begin, piece.end - piece.begin);
  piece.begin += static_cast<std::uint32_t>(blanks_before(text_of));
  piece.end -=
      static_cast<std::uint32_t>(blanks_behind(text.substr(piece.begin, piece.end - piece.begin)));
  return piece;
}

}  // namespace tollgate::capture
