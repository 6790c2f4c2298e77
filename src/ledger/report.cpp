// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/ledger/report.hpp"
#include "usage_sums.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "usage_sums.hpp"

namespace tollgate::ledger {
namespace {

constexpr std::array kNumbers{"operations",
                              "prompt_tokens",
                              "completion_tokens",
                              "total_tokens",
                              "average_total_tokens",
                              "estimated",
                              "without_usage",
                              "free",
                              "unknown",
                              "tokens_percent"};

std::string two_digits(std::optional<double> number) {
  if (!number) return "";
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.2f", *number);
  return text.data();
}

/// A row's part of all tokens; nullopt when there are none.
std::optional<double> percent(const UsageRow& row, std::int64_t all_tokens) {
  if (all_tokens <= 0) return std::nullopt;
  return 100.0 * static_cast<double>(row.total_tokens) / static_cast<double>(all_tokens);
}

std::vector<std::string> numbers(const UsageRow& row, std::int64_t all_tokens) {
  return {std::to_string(row.operations),        std::to_string(row.prompt_tokens),
          std::to_string(row.completion_tokens), std::to_string(row.total_tokens),
          two_digits(row.average_total_tokens),  std::to_string(row.estimated),
          std::to_string(row.without_usage),     std::to_string(row.free),
          std::to_string(row.unknown()),         two_digits(percent(row, all_tokens))};
}

std::vector<std::string> header(std::span<const std::string> by) {
  std::vector<std::string> out(by.begin(), by.end());
  out.insert(out.end(), kNumbers.begin(), kNumbers.end());
  return out;
}

std::vector<std::string> cells(const UsageRow& row, std::int64_t all_tokens) {
  std::vector<std::string> out = row.keys;
  for (std::string& number : numbers(row, all_tokens)) out.push_back(std::move(number));
  return out;
}

UsageRow total_of(std::span<const UsageRow> rows, std::size_t keys) {
  UsageRow total;
  total.keys.assign(keys, "");
  if (keys > 0) total.keys.front() = "total";
  for (const UsageRow& row : rows) add_row(total, row);
  const std::int64_t known = total.operations - total.without_usage;
  if (known > 0) {
    total.average_total_tokens =
        static_cast<double>(total.total_tokens) / static_cast<double>(known);
  }
  return total;
}

std::string as_table(std::span<const UsageRow> rows, std::span<const std::string> by) {
  const UsageRow total = total_of(rows, by.size());
  std::vector<std::vector<std::string>> lines{header(by)};
  for (const UsageRow& row : rows) lines.push_back(cells(row, total.total_tokens));
  lines.push_back(cells(total, total.total_tokens));
  std::vector<std::size_t> widths(lines.front().size());
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], line[i].size());
  }
  std::string out;
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      const std::string padding(widths[i] - line[i].size(), ' ');
      const bool text = i < by.size();
      out.append(text ? line[i] + padding : padding + line[i])
          .append(i + 1 < line.size() ? "  " : "\n");
    }
  }
  return out;
}

std::string csv_cell(std::string text) {
  if (!text.empty() && std::string_view("=+-@\t").find(text.front()) != std::string_view::npos) {
    text.insert(text.begin(), '\'');
  }
  if (text.find_first_of("\",\n\r") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out.push_back('"');
    out.push_back(c);
  }
  return out.append("\"");
}

std::string as_csv(std::span<const UsageRow> rows, std::span<const std::string> by) {
  std::string out;
  const auto write = [&](const std::vector<std::string>& line) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      out.append(i == 0 ? "" : ",").append(csv_cell(line[i]));
    }
    out.append("\r\n");
  };
  write(header(by));
  const std::int64_t all_tokens = total_of(rows, by.size()).total_tokens;
  for (const UsageRow& row : rows) write(cells(row, all_tokens));
  return out;
}

std::string as_json(std::span<const UsageRow> rows, std::span<const std::string> by) {
  const std::int64_t all_tokens = total_of(rows, by.size()).total_tokens;
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const UsageRow& row : rows) {
    nlohmann::ordered_json object;
    for (std::size_t i = 0; i < by.size(); ++i) object[by[i]] = row.keys[i];
    object["operations"] = row.operations;
    object["prompt_tokens"] = row.prompt_tokens;
    object["completion_tokens"] = row.completion_tokens;
    object["total_tokens"] = row.total_tokens;
    object["average_total_tokens"] = nullptr;
    if (row.average_total_tokens) object["average_total_tokens"] = *row.average_total_tokens;
    object["estimated"] = row.estimated;
    object["without_usage"] = row.without_usage;
    object["free"] = row.free;
    object["unknown"] = row.unknown();
    object["tokens_percent"] = nullptr;
    if (const auto part = percent(row, all_tokens)) object["tokens_percent"] = *part;
    list.push_back(std::move(object));
  }
  return list.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace

Result<RowOrder> parse_row_order(std::string_view text) {
  if (text == "name") return RowOrder::name;
  if (text == "tokens") return RowOrder::tokens;
  if (text == "operations") return RowOrder::operations;
  return Error{Errc::invalid_input, "rows can be sorted by name, tokens or operations"};
}

void sort_rows(std::vector<UsageRow>& rows, RowOrder order) {
  if (order == RowOrder::name) return;
  const auto number = order == RowOrder::tokens ? &UsageRow::total_tokens : &UsageRow::operations;
  std::stable_sort(rows.begin(), rows.end(),
                   [&](const UsageRow& a, const UsageRow& b) { return a.*number > b.*number; });
}

Result<ReportFormat> parse_report_format(std::string_view text) {
  if (text == "table") return ReportFormat::table;
  if (text == "csv") return ReportFormat::csv;
  if (text == "json") return ReportFormat::json;
  return Error{Errc::invalid_input, "the format must be table, csv or json"};
}

std::string format_usage(std::span<const UsageRow> rows, std::span<const std::string> by,
                         ReportFormat format) {
  switch (format) {
    case ReportFormat::table:
      break;
    case ReportFormat::csv:
      return as_csv(rows, by);
    case ReportFormat::json:
      return as_json(rows, by);
  }
  return as_table(rows, by);
}

}  // namespace tollgate::ledger
