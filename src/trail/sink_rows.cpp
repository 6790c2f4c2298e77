// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "sink_rows.hpp"

#include "tollgate/base/text.hpp"

namespace tollgate::trail {
namespace {

using nlohmann::json;
using VisitRow = std::function<void(const json&, std::size_t)>;

json column_name(const json& column) {
  return column.is_object() ? column.value("name", json()) : column;
}

json row_of_table(const json& columns, const json& values) {
  if (!columns.is_array() || !values.is_array() || values.size() != columns.size()) return {};
  json out = json::object();
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const json name = column_name(columns[i]);
    if (name.is_string()) out[name.get<std::string>()] = values[i];
  }
  return out;
}

/// Log Analytics: `{"tables": [{"columns": [{"name": ...}], "rows": [[...]]}]}`.
void visit_tables(const json& tables, const VisitRow& visit) {
  std::size_t number = 0;
  for (const json& table : tables) {
    if (!table.is_object() || !table.contains("rows") || !table.contains("columns")) {
      visit(json(), ++number);
      continue;
    }
    for (const json& values : table["rows"])
      visit(row_of_table(table["columns"], values), ++number);
  }
}

void visit_lines(std::string_view text, const VisitRow& visit) {
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    const std::string_view line = trim(text.substr(0, end));
    if (!line.empty()) visit(json::parse(line, nullptr, false), number);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
}

}  // namespace

void for_each_row(std::string_view text, const VisitRow& visit) {
  constexpr std::string_view kTables = "\"tables\"";
  const std::string_view start = trim(text.substr(0, text.find_first_not_of(" \t\r\n") + 64));
  const bool may_be_tables = start.find(kTables) != std::string_view::npos;
  if (!start.starts_with('[') && !may_be_tables) return visit_lines(text, visit);
  const json whole = json::parse(text, nullptr, false);
  if (whole.is_object() && whole.contains("tables") && whole["tables"].is_array()) {
    return visit_tables(whole["tables"], visit);
  }
  if (!whole.is_array()) return visit_lines(text, visit);
  std::size_t number = 0;
  for (const json& row : whole) visit(row, ++number);
}

}  // namespace tollgate::trail
