// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "text_table.hpp"

#include <algorithm>
#include <utility>

#include "tollgate/base/text.hpp"

namespace tollgate::app {

void TextTable::add(std::vector<std::string> row) {
  for (std::string& text : row) text = printable(text);
  rows_.push_back(std::move(row));
}

std::string TextTable::text() const {
  std::vector<std::size_t> widths(rows_.front().size());
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string out;
  for (const auto& row : rows_) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string blanks(widths[i] - row[i].size(), ' ');
      line.append(i == 0 ? "" : "  ").append(i < names_ ? row[i] + blanks : blanks + row[i]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out.append(line).append("\n");
  }
  return out;
}

}  // namespace tollgate::app
