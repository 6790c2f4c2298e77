// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "text_table.hpp"

#include <utility>

#include "tollgate/base/text.hpp"
#include "tollgate/reports/fitted_table.hpp"

namespace tollgate::app {

void TextTable::add(std::vector<std::string> row) {
  for (std::string& text : row) text = printable(text);
  rows_.push_back(std::move(row));
}

std::string TextTable::text() const { return reports::fitted_table(rows_, names_); }

}  // namespace tollgate::app
