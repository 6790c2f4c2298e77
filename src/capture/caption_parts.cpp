// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "caption_parts.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "tollgate/base/text.hpp"

namespace tollgate::capture {
namespace {

constexpr std::string_view kArrow = "-->";

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

/// The bytes of a time, which has a colon: `00:00:02,000`. 0: none stands there.
std::size_t time_size(std::string_view text) {
  if (text.empty() || !is_digit(text.front())) return 0;
  const std::size_t size = std::min(text.find_first_not_of("0123456789:.,"), text.size());
  return text.substr(0, size).find(':') == text.npos ? 0 : size;
}

std::size_t blanks_size(std::string_view text) {
  return std::min(text.find_first_not_of(" \t"), text.size());
}

/// What a line begins with that says when something is said.
struct Times {
  std::size_t size = 0;  ///< in bytes; 0: nothing of that kind
  CaptionKind behind = CaptionKind::block;
};

/// `00:00:02,000 --> 00:00:03,000`, in square brackets as well.
Times arrow_times(std::string_view line) {
  std::size_t at = blanks_size(line);
  const bool in_brackets = line.substr(at).starts_with('[');
  if (in_brackets) ++at;
  const std::size_t from = time_size(line.substr(at));
  at += from + blanks_size(line.substr(at + from));
  if (from == 0 || !line.substr(at).starts_with(kArrow)) return {};
  at += kArrow.size();
  at += blanks_size(line.substr(at));
  const std::size_t until = time_size(line.substr(at));
  if (until == 0) return {};
  at += until;
  return {at + (in_brackets && line.substr(at).starts_with(']') ? 1 : 0)};
}

/// Takes what the shape says from the text's begin: `9` is a digit, `*` more of them or none, and
/// all else itself. False: it does not begin so.
bool take_shape(std::string_view& text, std::string_view shape) {
  std::string_view rest = text;
  for (const char c : shape) {
    if (c == '*') {
      rest.remove_prefix(std::min(rest.find_first_not_of("0123456789"), rest.size()));
      continue;
    }
    if (rest.empty() || (c == '9' ? !is_digit(rest.front()) : rest.front() != c)) return false;
    rest.remove_prefix(1);
  }
  text = rest;
  return true;
}

/// `0:00:01.000,0:00:02.000`, alone in its line, as SubViewer has it.
Times comma_times(std::string_view line) {
  std::string_view rest = line.substr(blanks_size(line));
  const bool is_one = take_shape(rest, "9*:99:99.999") && take_shape(rest, ",") &&
                      take_shape(rest, "9*:99:99.999") && blanks_size(rest) == rest.size();
  return {is_one ? line.size() : 0};
}

/// `[00:12.00]`, once or more often, as words of songs have it. Times of a day in a log have no
/// hundredths, or hours.
Times stamps(std::string_view line) {
  std::string_view rest = line.substr(blanks_size(line));
  std::size_t out = 0;
  while (take_shape(rest, "[9*:99.99*]")) {
    out = line.size() - rest.size();
    rest.remove_prefix(blanks_size(rest));
  }
  return {out, CaptionKind::said};
}

Times times_of(std::string_view line) {
  for (const auto find : {arrow_times, comma_times, stamps}) {
    const Times found = find(line);
    if (found.size > 0) return found;
  }
  return {};
}

/// Tags with which a line begins: what stands behind them begins it for who reads it.
std::size_t tags_size(std::string_view line) {
  std::size_t at = blanks_size(line);
  while (at < line.size() && (line[at] == '<' || line[at] == '{')) {
    const std::size_t end = line.find(line[at] == '<' ? '>' : '}', at);
    if (end == line.npos) break;
    at = end + 1;
    at += blanks_size(line.substr(at));
  }
  return at;
}

/// What says that another speaker begins, with the blanks behind it; 0: nothing does.
std::size_t dash_size(std::string_view text) {
  constexpr std::array<std::string_view, 5> kDashes{"-", "\xE2\x80\x93", "\xE2\x80\x94",
                                                    "\xE2\x80\x90", ">>"};
  for (const std::string_view dash : kDashes) {
    if (text.starts_with(dash)) return dash.size() + blanks_size(text.substr(dash.size()));
  }
  return 0;
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

/// The size of the blank that the text begins, or ends, with; 0: with none.
std::size_t blank_size(std::string_view text, bool at_end) {
  constexpr std::array<std::string_view, 9> kBlanks{
      " ",           "\t", "\r", "\n", "\xC2\xA0", "\xE2\x80\xAF", "\xE3\x80\x80", "\xEF\xBB\xBF",
      "\xE2\x80\xA8"};
  for (const std::string_view blank : kBlanks) {
    if (at_end ? text.ends_with(blank) : text.starts_with(blank)) return blank.size();
  }
  if (text.size() < 3) return 0;
  const std::string_view three = at_end ? text.substr(text.size() - 3) : text.substr(0, 3);
  const auto last = static_cast<unsigned char>(three[2]);
  const bool is_blank =
      three.starts_with("\xE2\x80") && ((last >= 0x80 && last <= 0x8F) || last == 0xA9);
  return is_blank ? 3 : 0;
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
    const Times times = times_of(text_.substr(line.begin, line.end - line.begin));
    if (times.size > 0 && times.behind == CaptionKind::said) {
      note_stamps(line, static_cast<std::uint32_t>(times.size));
    } else if (times.size > 0) {
      note_time(line, static_cast<std::uint32_t>(times.size));
    } else {
      in_block_ = !said.empty() && (in_block_ || (is_after_blank_ && begins_block(said)));
      add_line(line.begin, line.end, kind_of(said));
      above_ = parts_.size() - 1;
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

  void note_time(const Line& line, std::uint32_t times) {
    if (has_above_) parts_[above_].kind = kind_above();
    ++cues_;
    has_above_ = in_block_ = false;
    add(line.begin, CaptionKind::time);
    if (line.begin + times < line.end) add(line.begin + times, CaptionKind::block);
  }

  /// No cue has a name there: each line is one.
  void note_stamps(const Line& line, std::uint32_t stamps) {
    has_above_ = in_block_ = false;
    add(line.begin, CaptionKind::time);
    if (line.begin + stamps < line.end) add_line(line.begin + stamps, line.end, CaptionKind::said);
  }

  /// A line, or what of it stands behind a time.
  void add_line(std::uint32_t begin, std::uint32_t end, CaptionKind kind) {
    const std::string_view line = text_.substr(begin, end - begin);
    const std::size_t tags = kind == CaptionKind::said ? tags_size(line) : 0;
    const std::size_t dash = kind == CaptionKind::said ? dash_size(line.substr(tags)) : 0;
    if (dash > 0) {
      if (tags > 0) add(begin, kind);
      const bool is_hyphen = dash == 1 && tags + dash < line.size();
      add(begin + static_cast<std::uint32_t>(tags),
          is_hyphen ? CaptionKind::hyphen : CaptionKind::dash);
    }
    if (dash == 0 || tags + dash < line.size())
      add(begin + static_cast<std::uint32_t>(dash == 0 ? 0 : tags + dash), kind);
  }

  CaptionKind kind_above() {
    if (!above_number_) return is_under_text_ ? parts_[above_].kind : CaptionKind::name;
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
  bool has_above_ = false;          ///< the line before has text, at parts_[above_]
  std::size_t above_ = 0;
  std::optional<std::uint32_t> above_number_;
  bool is_under_text_ = false;           ///< that line
  std::optional<std::uint32_t> number_;  ///< the last one
};

/// Whether a cue's time begins the line there.
bool begins_cue(std::string_view text, std::size_t at) {
  const std::size_t first = text.find_first_not_of(" \t", at);
  if (first == text.npos || (!is_digit(text[first]) && text[first] != '[')) return false;
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
  const auto rest = [&] { return text.substr(piece.begin, piece.end - piece.begin); };
  for (std::size_t size = blank_size(rest(), false); size > 0; size = blank_size(rest(), false))
    piece.begin += static_cast<std::uint32_t>(size);
  for (std::size_t size = blank_size(rest(), true); size > 0; size = blank_size(rest(), true))
    piece.end -= static_cast<std::uint32_t>(size);
  return piece;
}

}  // namespace tollgate::capture
