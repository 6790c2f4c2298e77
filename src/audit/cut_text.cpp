// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/audit/cut_text.hpp"

#include <algorithm>

#include "utf8.hpp"

namespace tollgate::audit {
namespace {

/// Values of several words are shorter.
constexpr std::size_t kWords = 256;
/// Values of one word are.
constexpr std::size_t kWord = 4096;

/// `blank`: the last one before `end`.
std::size_t end_at(std::size_t blank, std::size_t end) {
  return blank == std::string_view::npos || end - blank > kWord ? end : blank;
}

}  // namespace

std::string_view whole_begin(std::string_view written, std::size_t most) {
  if (written.size() <= most) return written;
  std::size_t end = 0;
  for (std::size_t next = 0; next <= most; end = next) {
    if (next == most) return written.substr(0, next);
    const bool escape = written[next] == '\\';
    const bool long_escape = escape && written.substr(next + 1).starts_with('u');
    next += escape ? (long_escape ? 6 : 2)
                   : std::max<std::size_t>(character_size(written.substr(next, 4)), 1);
    if (next > most) break;
  }
  return written.substr(0, end);
}

std::size_t end_before_cut(std::string_view text) {
  const std::size_t end = text.size() - std::min(text.size(), kWords);
  return end_at(text.substr(0, end).find_last_of(" \t\n\r"), end);
}

std::size_t end_of_written_before_cut(std::string_view written) {
  const std::size_t end = written.size() - std::min(written.size(), kWords);
  const std::string_view before = written.substr(0, end);
  std::size_t blank = before.rfind(' ');
  // A line feed, if the backslash is not itself escaped: whole_begin() sees to that.
  const std::size_t line = before.rfind("\\n");
  if (line != before.npos && (blank == before.npos || line > blank)) blank = line;
  return whole_begin(written, end_at(blank, end)).size();
}

}  // namespace tollgate::audit
