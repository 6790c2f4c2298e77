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

/// An amount of 0, which has all its decimals, is not nothing: it is known.
bool says_nothing(std::string_view cell) { return cell.empty() || cell == "0" || cell == "0.00"; }

/// Lines of a table, out of which columns are taken.
class Columns {
 public:
  Columns(std::span<const Cells> lines, std::size_t texts)
      : names_(lines.front()), texts_(texts), lines_(broken_names(names_, texts)) {
    heights_ = lines_.size();
    lines_.insert(lines_.end(), lines.begin() + 1, lines.end());
  }

  /// Takes away those that say nothing; returns their names.
  std::vector<std::string> take_empty() {
    std::vector<std::string> out;
    for (std::size_t i = texts_; i < names_.size();) {
      const bool told =
          std::any_of(lines_.begin() + static_cast<std::ptrdiff_t>(heights_), lines_.end(),
                      [&](const Cells& line) { return !says_nothing(line[i]); });
      i = told ? i + 1 : take(i, out);
    }
    return out;
  }
  /// Takes away what may be missed until the rest fits; returns the names.
  std::vector<std::string> take_to_fit(const Narrowing& narrowing) {
    std::vector<std::string> out;
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
  std::size_t take(std::size_t column, std::vector<std::string>& names) {
    names.push_back(names_[column]);
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

NarrowTable narrow_table_of(std::span<const Cells> lines, std::size_t texts,
                            const Narrowing& narrowing) {
  Columns columns(lines, texts);
  NarrowTable out;
  out.empty = columns.take_empty();
  out.missed = columns.take_to_fit(narrowing);
  out.text = columns.text();
  return out;
}

std::string line_below(std::string begin, std::span<const std::string> items, std::size_t width) {
  if (items.empty()) return {};
  for (std::size_t i = 0; i < items.size(); ++i) begin.append(i == 0 ? "" : ", ").append(items[i]);
  std::string out;
  for (const std::string& line : broken_lines(begin, {width, width}, LongWord::whole))
    out.append(line).append("\n");
  return out;
}

}  // namespace tollgate::reports
