// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/reports/format.hpp"

#include <nlohmann/json.hpp>

#include "cells.hpp"
#include "tollgate/reports/fitted_table.hpp"

namespace tollgate::reports {
namespace {

std::string lines_as_json(const Cells& names, std::span<const Cells> lines) {
  auto list = nlohmann::ordered_json::array();
  for (const Cells& line : lines) {
    nlohmann::ordered_json object;
    for (std::size_t i = 0; i < names.size(); ++i) object[names[i]] = line[i];
    list.push_back(std::move(object));
  }
  return list.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace

Result<ReportFormat> parse_report_format(std::string_view text) {
  if (text == "table") return ReportFormat::table;
  if (text == "csv") return ReportFormat::csv;
  if (text == "json") return ReportFormat::json;
  return Error{Errc::invalid_input, "the format must be table, csv or json"};
}

std::string format_lines(const Cells& names, std::span<const Cells> lines, std::size_t texts,
                         ReportFormat format) {
  if (format == ReportFormat::json) return lines_as_json(names, lines);
  std::vector<Cells> all{names};
  all.insert(all.end(), lines.begin(), lines.end());
  if (format == ReportFormat::table) return fitted_table(all, texts);
  std::string out;
  for (const Cells& line : all) out.append(csv_line(line, texts));
  return out;
}

}  // namespace tollgate::reports
