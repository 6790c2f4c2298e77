// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "wrapped_text.hpp"

#include <algorithm>

#include "tollgate/base/text.hpp"

namespace tollgate::app {
namespace {

bool begins_code_point(char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }

/// Bytes of the first `count` code points, or of all.
std::size_t bytes_of(std::string_view text, std::size_t count) {
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    if (begins_code_point(text[at]) && count-- == 0) break;
  }
  return at;
}

}  // namespace

std::string wrapped(std::string_view text, std::size_t indent) {
  const std::string shown = printable(text);
  std::string out;
  std::string_view rest = shown;
  do {
    out.append(indent, ' ');
    std::size_t end = bytes_of(rest, kTerminalWidth - indent);
    const std::size_t blank = end < rest.size() ? rest.rfind(' ', end) : std::string_view::npos;
    if (blank != std::string_view::npos && blank > 0) end = blank;
    out.append(rest.substr(0, end)).append("\n");
    rest.remove_prefix(std::min(rest.find_first_not_of(' ', end), rest.size()));
    if (out.find('\n') + 1 == out.size()) indent += 2;
  } while (!rest.empty());
  return out;
}

}  // namespace tollgate::app
