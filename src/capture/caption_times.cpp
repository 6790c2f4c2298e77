// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "caption_times.hpp"

#include <algorithm>

namespace tollgate::capture {
namespace {

constexpr std::string_view kArrow = "-->";
constexpr std::string_view kDigits = "0123456789";

std::size_t blanks_size(std::string_view text) {
  return std::min(text.find_first_not_of(" \t"), text.size());
}

/// `00:00:02,000 --> 00:00:03,000`, in square brackets as well.
CaptionTimes arrow_times(std::string_view line) {
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

/// `0:00:01.000,0:00:02.000`, alone in its line as SubViewer has it, or one time alone.
CaptionTimes lone_times(std::string_view line) {
  const std::size_t begin = blanks_size(line);
  const std::size_t end = begin + time_size(line.substr(begin));
  const bool is_alone = end > begin && end + blanks_size(line.substr(end)) == line.size();
  return {is_alone ? line.size() : 0};
}

/// `[00:12.00]`, `[00:12]`, `[1:00:12]` of songs; 0: none begins the text.
std::size_t stamp_size(std::string_view text) {
  if (!text.starts_with('[')) return 0;
  const std::size_t time = time_size(text.substr(1));
  return time > 0 && text.substr(1 + time).starts_with(']') ? time + 2 : 0;
}

/// `{10}{50}` and `[10][50]`: from one picture to another, or from one tenth of a second.
std::size_t pictures_size(std::string_view text) {
  std::size_t at = 0;
  for (int number = 0; number < 2; ++number) {
    if (at >= text.size() || (text[at] != '{' && text[at] != '[')) return 0;
    const char closing = text[at] == '{' ? '}' : ']';
    const std::size_t end = std::min(text.find_first_not_of(kDigits, at + 1), text.size());
    if (end == at + 1 || end == text.size() || text[end] != closing) return 0;
    at = end + 1;
  }
  return at;
}

/// Such, once or more often: words of songs have several where they are sung several times.
CaptionTimes stamps(std::string_view line) {
  std::size_t out = 0;
  for (std::size_t at = blanks_size(line); at < line.size();) {
    const std::string_view rest = line.substr(at);
    const std::size_t size = std::max(stamp_size(rest), pictures_size(rest));
    if (size == 0) break;
    out = at + size;
    at = out + blanks_size(line.substr(out));
  }
  return {out, true};
}

}  // namespace

std::size_t time_size(std::string_view text) {
  if (text.empty() || kDigits.find(text.front()) == kDigits.npos) return 0;
  const std::size_t size = std::min(text.find_first_not_of("0123456789:.,"), text.size());
  return text.substr(0, size).find(':') == text.npos ? 0 : size;
}

CaptionTimes times_of(std::string_view line) {
  for (const auto find : {arrow_times, lone_times, stamps}) {
    const CaptionTimes found = find(line);
    if (found.size > 0) return found;
  }
  return {};
}

}  // namespace tollgate::capture
