// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "wrapped_text.hpp"

#include "tollgate/base/page_lines.hpp"
#include "tollgate/base/text.hpp"

namespace tollgate::app {

std::string wrapped(std::string_view text, std::size_t indent) {
  const LineWidths widths{kPageWidth - indent, kPageWidth - indent - 2};
  std::string out;
  for (const std::string& line : broken_lines(printable(text), widths, LongWord::cut)) {
    out.append(out.empty() ? indent : indent + 2, ' ').append(line).append("\n");
  }
  return out;
}

}  // namespace tollgate::app
