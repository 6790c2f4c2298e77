// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tails.hpp"

#include <algorithm>

#include "base64_run.hpp"
#include "check_digits.hpp"
#include "tollgate/base/text.hpp"

namespace tollgate::redaction {
namespace {

bool belongs(Tail tail, char c) {
  const bool token = is_letter(c) || is_digit(c) || c == '_' || c == '-';
  switch (tail) {
    case Tail::none:
      return false;
    case Tail::token:
      return token;
    case Tail::dotted:
      return token || c == '.';
    case Tail::base64:
      return token || std::string_view("+/=%~.").find(c) != std::string_view::npos;
    case Tail::value:
      return static_cast<unsigned char>(c) > ' ' &&
             std::string_view("\"'`,;&)]}<>").find(c) == std::string_view::npos;
    case Tail::word:
      return std::string_view(" \t\r\n\"").find(c) == std::string_view::npos;
    case Tail::line:
    case Tail::armour:
      return false;  // these have functions of their own
    case Tail::all:
      return true;
  }
  return false;
}

/// The quotes that a value at `begin` stands in: the nearest before it in its line.
struct Quotes {
  char mark = '\0';      ///< none
  bool escaped = false;  ///< as in a JSON text within a string: `\"`
};

Quotes quotes_around(std::string_view text, std::size_t begin) {
  static constexpr std::size_t kFurthest = 80;
  const std::size_t least = begin > kFurthest ? begin - kFurthest : 0;
  for (std::size_t at = begin; at > least; --at) {
    const char c = text[at - 1];
    if (c == '\n') break;
    if (c == '"' || c == '\'' || c == '`') return {c, at > 1 && text[at - 2] == '\\'};
  }
  return {};
}

/// Bytes of a line's end, as it is or as an escape, at `at`.
bool ends_line(std::string_view text, std::size_t at) {
  if (text[at] == '\n' || text[at] == '\r') return true;
  return text[at] == '\\' && at + 1 < text.size() && (text[at + 1] == 'n' || text[at + 1] == 'r');
}

std::size_t quoted_end(std::string_view text, std::size_t at, const Quotes& quotes) {
  for (; at < text.size() && !ends_line(text, at) && text[at] != quotes.mark; ++at) {
    if (text[at] != '\\' || at + 1 == text.size()) continue;
    if (quotes.escaped && text[at + 1] == quotes.mark) break;
    ++at;
  }
  return std::min(at, text.size());
}

/// A closing bracket ends it, too, unless that stands in quotes within the value.
std::size_t line_end(std::string_view text, std::size_t begin) {
  const Quotes quotes = quotes_around(text, begin);
  if (quotes.mark != '\0') return quoted_end(text, begin, quotes);
  bool inner = false;
  std::size_t at = begin;
  for (; at < text.size() && !ends_line(text, at); ++at) {
    if (text[at] == '"') inner = !inner;
    if (!inner && std::string_view(")]}>").find(text[at]) != std::string_view::npos) break;
  }
  return at;
}

bool is_armour(char c) { return is_letter(c) || is_digit(c) || c == '+' || c == '/' || c == '='; }

std::size_t armour_run_end(std::string_view text, std::size_t at) {
  while (at < text.size() && is_armour(text[at])) ++at;
  return at;
}

/// Behind the line that begins at `at` and ends a key; `at` where there is none.
std::size_t end_line(std::string_view text, std::size_t at) {
  static constexpr std::size_t kLongestLine = 64;
  static constexpr std::string_view kEdge = "-----";
  const std::string_view line = text.substr(at, kLongestLine);
  if (!line.starts_with("-----END ")) return at;
  const std::size_t end = line.find(kEdge, kEdge.size());
  return end == std::string_view::npos ? at : at + end + kEdge.size();
}

/// The last line of a key may be shorter than what is taken for base64 elsewhere.
std::size_t last_line(std::string_view text, std::size_t at) {
  std::size_t begin = at;
  while (begin < text.size() && begin < at + 8 && !is_armour(text[begin])) ++begin;
  const bool next = text.substr(at, begin - at).find('\n') != std::string_view::npos;
  const std::size_t end = armour_run_end(text, begin);
  const bool whole = end == text.size() || text[end] == '\n' || text[end] == '\r' ||
                     text[end] == '"' || text[end - 1] == '=';
  return next && end > begin && whole ? end : at;
}

/// Lines of base64 follow each other with fewer than kFurthest other bytes between, such as the
/// headers of an encrypted key.
std::size_t armour_end(std::string_view text, std::size_t end, bool goes_on) {
  static constexpr std::size_t kFurthest = 128;
  static constexpr std::size_t kShortest = 16;
  std::size_t at = end;
  while (at < text.size() && at < end + kFurthest) {
    if (const std::size_t behind = end_line(text, at); behind > at) return behind;
    const std::size_t run = armour_run_end(text, at);
    if (run >= at + kShortest) end = run;
    at = std::max(run, at + 1);
  }
  return at >= text.size() && goes_on ? text.size() : last_line(text, end);
}

}  // namespace

std::size_t tail_end(Tail tail, std::string_view text, const ShortestValue& value) {
  if (tail == Tail::line) return line_end(text, value.begin);
  if (tail == Tail::armour) return armour_end(text, value.end, value.text_goes_on);
  std::size_t end = value.end;
  while (end < text.size() && belongs(tail, text[end])) ++end;
  return end;
}

std::string spelled(Spelling spelling, std::string_view value) {
  switch (spelling) {
    case Spelling::exact:
      return std::string(value);
    case Spelling::any_case:
      return to_lower(value);
    case Spelling::compact:
      return compact(value);
  }
  return std::string(value);
}

}  // namespace tollgate::redaction
