// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace tollgate::app {

/// Rows of text under their headings: the first `names` columns to the left, numbers to the right.
/// It fits a page: reports::fitted_table.
class TextTable {
 public:
  TextTable(std::vector<std::string> headings, std::size_t names)
      : rows_{std::move(headings)}, names_(names) {}

  /// As many as there are headings; texts become printable.
  void add(std::vector<std::string> row);
  bool empty() const { return rows_.size() == 1; }
  std::string text() const;

 private:
  std::vector<std::vector<std::string>> rows_;
  std::size_t names_;
};

}  // namespace tollgate::app
