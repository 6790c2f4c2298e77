// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "sink_rows.hpp"

#include <map>
#include <set>
#include <utility>
#include <vector>

#include "tollgate/base/text.hpp"

namespace tollgate::trail {
namespace {

using nlohmann::json;
using VisitRow = std::function<void(const SinkRow&, std::size_t)>;

SinkRow no_object() { return {json(), "not a JSON object"}; }
SinkRow doubled(const std::string& name) {
  return {json(), "the name " + sanitize_utf8(name, 64) + " stands twice"};
}

/// Looks at objects while they are parsed, which keeps the last of two members of one name only.
class NameWatch {
 public:
  /// By the place, from 1, in an outermost array, a name that stands twice there.
  const std::map<std::size_t, std::string>& doubled() const { return doubled_; }

  void see(int depth, json::parse_event_t event, const json& value) {
    using Event = json::parse_event_t;
    if (event == Event::object_start) open_.emplace_back();
    if (event == Event::object_end) open_.pop_back();
    if (event == Event::key) see_name(value.get_ref<const std::string&>());
    const bool ends = event == Event::object_end || event == Event::array_end;
    if (depth == 1 && (ends || event == Event::value)) ++place_;
  }

 private:
  void see_name(const std::string& name) {
    if (!open_.back().insert(name).second) doubled_.emplace(place_, name);
  }

  std::vector<std::set<std::string>> open_;  ///< the names of the objects around
  std::size_t place_ = 1;
  std::map<std::size_t, std::string> doubled_;
};

json parse(std::string_view text, NameWatch& watch) {
  const auto see = [&watch](int depth, json::parse_event_t event, const json& value) {
    watch.see(depth, event, value);
    return true;
  };
  return json::parse(text, see, false);
}

SinkRow row_of_line(std::string_view line) {
  NameWatch watch;
  json row = parse(line, watch);
  if (row.is_discarded()) return no_object();
  if (!watch.doubled().empty()) return doubled(watch.doubled().begin()->second);
  return {.columns = std::move(row), .values = Values::as_written};
}

json column_name(const json& column) {
  return column.is_object() ? column.value("name", json()) : column;
}

SinkRow row_of_table(const json& columns, const json& values) {
  if (!columns.is_array() || !values.is_array() || values.size() != columns.size())
    return no_object();
  json out = json::object();
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const json name = column_name(columns[i]);
    if (!name.is_string()) continue;
    const auto& text = name.get_ref<const std::string&>();
    if (!out.emplace(text, values[i]).second) return doubled(text);
  }
  return {std::move(out)};
}

/// Log Analytics: `{"tables": [{"columns": [{"name": ...}], "rows": [[...]]}]}`.
void visit_tables(const json& tables, const VisitRow& visit) {
  std::size_t number = 0;
  for (const json& table : tables) {
    if (!table.is_object() || !table.contains("rows") || !table.contains("columns")) {
      visit(no_object(), ++number);
      continue;
    }
    for (const json& values : table["rows"])
      visit(row_of_table(table["columns"], values), ++number);
  }
}

void visit_array(const json& rows, const NameWatch& watch, const VisitRow& visit) {
  std::size_t number = 0;
  for (const json& row : rows) {
    const auto twice = watch.doubled().find(++number);
    visit(twice == watch.doubled().end() ? SinkRow{row} : doubled(twice->second), number);
  }
}

void visit_lines(std::string_view text, const VisitRow& visit) {
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    const std::string_view line = trim(text.substr(0, end));
    if (!line.empty()) visit(row_of_line(line), number);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
}

}  // namespace

void for_each_row(std::string_view text, const VisitRow& visit) {
  constexpr std::string_view kTables = "\"tables\"";
  const std::string_view start = trim(text.substr(0, text.find_first_not_of(" \t\r\n") + 64));
  const bool may_be_tables = start.find(kTables) != std::string_view::npos;
  if (!start.starts_with('[') && !may_be_tables) return visit_lines(text, visit);
  NameWatch watch;
  const json whole = parse(text, watch);
  if (whole.is_array()) return visit_array(whole, watch, visit);
  const bool tables = whole.is_object() && whole.contains("tables") && whole["tables"].is_array();
  if (!tables) return visit_lines(text, visit);
  // A value of one of two members "rows" is gone by now: no row is surely whole.
  if (!watch.doubled().empty()) return visit(doubled(watch.doubled().begin()->second), 1);
  visit_tables(whole["tables"], visit);
}

}  // namespace tollgate::trail
