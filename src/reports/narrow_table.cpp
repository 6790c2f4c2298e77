// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "narrow_table.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

#include "cells.hpp"
#include "tollgate/base/page_lines.hpp"

namespace tollgate::reports {
namespace {

/// "", "0", "0.00".
bool says_nothing(std::string_view cell) {
  return cell.find_first_not_of("0.") == std::string_view::npos;
}

/// Of columns that were taken away: why, and their names, in lines of that width.
std::string not_shown(std::string why, const std::string& names, std::size_t width) {
  if (names.empty()) return {};
  std::string out;
  for (const std::string& line : broken_lines(why.append(names), {width, width}, LongWord::whole))
    out.append(line).append("\n");
  return out;
}

/// Lines of a table, out of which columns are taken.
class Columns {
 public:
  Columns(std::span<const Cells> lines, std::size_t texts)
      : names_(lines.front()), texts_(texts), lines_(broken_names(names_, texts)) {
    heights_ = lines_.size();
    lines_.insert(lines_.end(), lines.begin() + 1, lines.end());
  }

  /// Takes away those that say nothing; returns their names.
  std::string take_empty() {
    std::string out;
    for (std::size_t i = texts_; i < names_.size();) {
      const bool told =
          std::any_of(lines_.begin() + static_cast<std::ptrdiff_t>(heights_), lines_.end(),
                      [&](const Cells& line) { return !says_nothing(line[i]); });
      i = told ? i + 1 : take(i, out);
    }
    return out;
  }
  /// Takes away what may be missed until the rest fits; returns the names.
  std::string take_to_fit(const Narrowing& narrowing) {
    std::string out;
    for (const std::string_view name : narrowing.expendable) {
      if (width() <= narrowing.width) return out;
      const auto found = std::find(names_.begin(), names_.end(), name);
      if (found != names_.end()) take(static_cast<std::size_t>(found - names_.begin()), out);
    }
    return out;
  }
  std::string text() const { return table_of(lines_, texts_); }

 private:
  /// Of a line without its end.
  std::size_t width() const { return table_of(lines_, texts_).find('\n'); }
  /// Returns where the next one stands.
  std::size_t take(std::size_t column, std::string& names) {
    names.append(names.empty() ? "" : ", ").append(names_[column]);
    const auto place = static_cast<std::ptrdiff_t>(column);
    names_.erase(names_.begin() + place);
    for (Cells& line : lines_) line.erase(line.begin() + place);
    const auto is_blank = [](const std::string& word) { return word.empty(); };
    // It may have been the one whose name was the highest.
    while (heights_ > 1 && std::all_of(lines_[0].begin(), lines_[0].end(), is_blank)) {
      lines_.erase(lines_.begin());
      --heights_;
    }
    return column;
  }

  Cells names_;
  std::size_t texts_;
  std::vector<Cells> lines_;
  std::size_t heights_ = 0;  ///< of the names
};

}  // namespace

std::string narrow_table_of(std::span<const Cells> lines, std::size_t texts,
                            const Narrowing& narrowing) {
  Columns columns(lines, texts);
  const std::string empty = columns.take_empty();
  const std::string missed = columns.take_to_fit(narrowing);
  std::string out = columns.text();
  const std::size_t width = narrowing.width;
  out.append(not_shown("not shown, for they are empty or 0 in every row: ", empty, width));
  out.append(not_shown("not shown, for want of room: ", missed, width));
  return out;
}

}  // namespace tollgate::reports
