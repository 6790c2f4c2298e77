// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "caption_redaction.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "tollgate/base/text.hpp"

namespace tollgate::capture {
namespace {

constexpr std::string_view kArrow = "-->";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Letters of other scripts are bytes from 0x80 on.
bool is_of_a_word(char c) {
  const char lower = ascii_lower(c);
  return (lower >= 'a' && lower <= 'z') || is_digit(c) || static_cast<unsigned char>(c) >= 0x80;
}

/// `00:00:02,000 --> 00:00:03,000`, settings behind it.
bool is_time(std::string_view line) {
  const std::size_t arrow = line.find(kArrow);
  if (arrow == line.npos) return false;
  const std::string_view from = trim(line.substr(0, arrow));
  const std::string_view until = trim(line.substr(arrow + kArrow.size()));
  return !from.empty() && is_digit(from.front()) && from.find(':') != from.npos && !until.empty() &&
         is_digit(until.front());
}

/// Where the line behind `at` begins: lines end with CR LF, LF or CR (WebVTT 4.1).
std::size_t behind_line(std::string_view text, std::size_t at) {
  const std::size_t end = text.find_first_of("\r\n", at);
  if (end == text.npos) return text.size();
  return end + (text.substr(end, 2) == "\r\n" ? 2 : 1);
}

/// More lines have no captions of what anybody watches (a day of a cue a second has 350,000); they
/// would take many times the memory of their text.
constexpr std::size_t kMostLines = 400'000;

/// The size of the tag that a text begins with (`<i>`, `</i>`, `<v Bob>`, `<00:00:01.000>`); 0: it
/// begins with none.
std::size_t tag_size(std::string_view text) {
  constexpr std::size_t kLongest = 64;
  if (text.size() < 3 || text.front() != '<' || (text[1] != '/' && !is_of_a_word(text[1])))
    return 0;
  const std::size_t end = text.substr(0, kLongest).find('>');
  return end == text.npos ? 0 : end + 1;
}

/// Where the first tag of a text stands; its size if it has none.
std::size_t find_tag(std::string_view text) {
  for (std::size_t at = text.find('<'); at != text.npos; at = text.find('<', at + 1)) {
    if (tag_size(text.substr(at)) > 0) return at;
  }
  return text.size();
}

/// Whether the lines of a text have a cue's time, and are so few that they are held one by one.
bool are_captions(std::string_view text) {
  if (text.find(kArrow) == text.npos) return false;
  auto lines = static_cast<std::size_t>(std::ranges::count(text, '<'));  // tags divide lines
  bool any_time = false;
  for (std::size_t at = 0; at < text.size(); ++lines) {
    const std::size_t next = behind_line(text, at);
    any_time = any_time || is_time(text.substr(at, next - at));
    at = next;
  }
  return any_time && lines <= kMostLines;
}

/// Of WebVTT's blocks that nobody is shown.
bool begins_block(std::string_view line) {
  constexpr std::array<std::string_view, 4> kBlocks{"WEBVTT", "NOTE", "STYLE", "REGION"};
  return std::ranges::any_of(kBlocks, [&](std::string_view name) {
    return line.starts_with(name) && (line.size() == name.size() || line[name.size()] == ' ');
  });
}

bool is_number(std::string_view line) {
  return !line.empty() && std::ranges::all_of(line, is_digit);
}

}  // namespace

CaptionRedaction::CaptionRedaction(const redaction::Rules& rules, redaction::Replacer& replacer,
                                   std::string text)
    : rules_(rules), replacer_(replacer) {
  if (are_captions(text)) {
    part(text);
    part_at_tags();
  }
  if (lines_.empty()) {
    text_.emplace(rules_, replacer_, std::move(text));
  } else {
    begin(Pass::words);
  }
}

bool CaptionRedaction::step(std::size_t bytes) {
  if (!text_->step(bytes)) return false;
  if (pass_ == Pass::whole) return true;
  put(text_->take());
  begin(pass_ == Pass::words ? Pass::pieces : Pass::whole);
  return false;
}

void CaptionRedaction::part(std::string_view text) {
  bool in_block = false;
  while (!text.empty()) {
    const std::size_t feed = behind_line(text, 0);
    const std::string_view raw = text.substr(0, feed);
    const std::string_view line = raw.substr(0, raw.find_last_not_of("\r\n") + 1);
    text.remove_prefix(feed);
    const bool begins = lines_.empty() || trim(lines_.back().text).empty();
    in_block = !trim(line).empty() && (in_block || (begins && begins_block(line)));
    const bool is_time_line = is_time(line);
    if (is_time_line && !lines_.empty()) {  // above it stands what the cue is called
      Line& name = lines_.back();
      const bool is_first = lines_.size() == 1 || trim(lines_[lines_.size() - 2].text).empty();
      if (is_first || is_number(trim(name.text))) name.is_said = false;
    }
    lines_.push_back({.text = std::string(line),
                      .end = std::string(raw.substr(line.size())),
                      .is_said = !is_time_line && !in_block && !trim(line).empty()});
  }
}

void CaptionRedaction::part_at_tags() {
  std::vector<Line> out;
  out.reserve(lines_.size());
  for (Line& line : lines_) {
    std::string_view rest = line.text;
    for (std::size_t tag = find_tag(rest); line.is_said && tag < rest.size();
         tag = find_tag(rest)) {
      const std::string_view before = rest.substr(0, tag);
      const std::size_t size = tag_size(rest.substr(tag));
      out.push_back({.text = std::string(before),
                     .end = std::string(rest.substr(tag, size)),
                     .is_said = !trim(before).empty()});
      rest.remove_prefix(tag + size);
    }
    line.is_said = line.is_said && !trim(rest).empty();
    if (rest.size() != line.text.size()) line.text = std::string(rest);
    out.push_back(std::move(line));
  }
  lines_ = std::move(out);
}

void CaptionRedaction::begin(Pass pass) {
  pass_ = pass;
  if (pass == Pass::whole) {
    text_.emplace(rules_, replacer_, joined());
  } else {
    text_.emplace(rules_, replacer_, said(pass));
  }
}

std::vector<std::string> CaptionRedaction::said(Pass pass) {
  std::vector<std::string> out;
  Line* before = nullptr;
  for (Line& line : lines_) {
    if (!line.is_said || line.text.empty()) continue;
    if (pass == Pass::words && before != nullptr && is_of_a_word(before->text.back()) &&
        is_of_a_word(line.text.front())) {
      before->blank = true;
      out.back().push_back(' ');
    }
    out.push_back(line.text);
    before = &line;
  }
  return out;
}

void CaptionRedaction::put(std::vector<std::string> texts) {
  auto text = texts.begin();
  for (Line& line : lines_) {
    if (!line.is_said || line.text.empty()) continue;
    line.text = std::move(*text++);
    // Within a value it has gone with that.
    if (std::exchange(line.blank, false) && line.text.ends_with(' ')) line.text.pop_back();
  }
}

std::string CaptionRedaction::joined() const {
  std::string out;
  for (const Line& line : lines_) out.append(line.text).append(line.end);
  return out;
}

}  // namespace tollgate::capture
