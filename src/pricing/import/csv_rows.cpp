// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/pricing/csv_rows.hpp"

#include <algorithm>

namespace tollgate::pricing {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

Error misquoted(std::size_t line) {
  return {Errc::invalid_input,
          "line " + std::to_string(line) + ": a quotation mark is not where CSV has it"};
}

}  // namespace

CsvRows::CsvRows(std::string_view text) : rest_(text) {
  if (rest_.starts_with(kByteOrderMark)) rest_.remove_prefix(kByteOrderMark.size());
}

bool CsvRows::at_line_end() const {
  return rest_.empty() || rest_.starts_with('\n') || rest_.starts_with("\r\n");
}

Result<bool> CsvRows::next(std::vector<std::string>& fields) {
  fields.clear();
  for (; !rest_.empty() && at_line_end(); ++line_)
    rest_.remove_prefix(rest_.starts_with('\n') ? 1 : 2);
  if (rest_.empty()) return false;
  row_line_ = line_;
  for (bool more = true; more;) {
    const Result<bool> read = read_field(fields.emplace_back());
    if (!read) return read.error();
    more = *read;
  }
  return true;
}

/// True: another field follows in the row.
Result<bool> CsvRows::read_field(std::string& out) {
  if (rest_.starts_with('"')) {
    std::size_t end = 1;
    while (true) {
      end = rest_.find('"', end);
      if (end == std::string_view::npos) return misquoted(line_);
      if (rest_.substr(end + 1, 1) != "\"") break;
      end += 2;
    }
    for (std::size_t i = 1; i < end; ++i) {
      out.push_back(rest_[i]);
      if (rest_[i] == '"') ++i;
      if (rest_[i] == '\n') ++line_;
    }
    rest_.remove_prefix(end + 1);
  } else {
    while (!at_line_end() && rest_.front() != ',') {
      if (rest_.front() == '"') return misquoted(line_);
      out.push_back(rest_.front());
      rest_.remove_prefix(1);
    }
  }
  if (at_line_end()) return false;
  if (rest_.front() != ',') return misquoted(line_);
  rest_.remove_prefix(1);
  return true;
}

}  // namespace tollgate::pricing
