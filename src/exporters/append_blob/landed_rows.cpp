// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "landed_rows.hpp"

#include <algorithm>

namespace tollgate::exporters::append_blob {
namespace {

/// Of the row without the time. In a string its quotes would be escaped, so it is a member; where
/// one of another object stands before it, the row is not known again, and is written twice.
Sha256 identity_of(std::string_view row) {
  constexpr std::string_view kTime = R"("TimeGenerated":")";
  const std::size_t at = row.find(kTime);
  if (at == std::string_view::npos) return sha256(row);
  const std::size_t end = row.find('"', at + kTime.size());
  std::string rest(row.substr(0, at));
  return sha256(rest.append(row.substr(std::min(end, row.size()))));
}

}  // namespace

void LandedRows::add(std::string_view lines) {
  for (;;) {
    const std::size_t end = lines.find('\n');
    if (end == std::string_view::npos) return;
    rows_.insert(identity_of(lines.substr(0, end)));
    lines.remove_prefix(end + 1);
  }
}

std::string LandedRows::lines_of_others(std::span<const std::string> rows) const {
  std::string out;
  for (const std::string& row : rows) {
    if (!rows_.empty() && rows_.contains(identity_of(row))) continue;
    out.append(row).append("\n");
  }
  return out;
}

}  // namespace tollgate::exporters::append_blob
