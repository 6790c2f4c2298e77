// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "tollgate/base/error.hpp"

namespace tollgate::pricing {

/// Reads CSV (RFC 4180) row by row: fields in quotes may hold commas, line ends and doubled
/// quotation marks. Lines end with LF or CRLF; empty ones are no rows.
class CsvRows {
 public:
  /// The text must outlive this. A byte order mark in front is no part of it.
  explicit CsvRows(std::string_view text);

  /// False: there is none left. Error invalid_input: a quotation mark stands where none may, or has
  /// no other.
  Result<bool> next(std::vector<std::string>& fields);
  /// Where the last row began, counted from 1.
  std::size_t line() const { return row_line_; }

 private:
  Result<bool> read_field(std::string& out);
  bool at_line_end() const;

  std::string_view rest_;
  std::size_t line_ = 1;
  std::size_t row_line_ = 1;
};

}  // namespace tollgate::pricing
