// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/ledger/report.hpp"

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

using Json = nlohmann::ordered_json;

/// A row's part of all tokens; null when there are none.
Json percent(const UsageRow& row, std::int64_t all_tokens) {
  if (all_tokens <= 0) return nullptr;
  return 100.0 * static_cast<double>(row.total_tokens) / static_cast<double>(all_tokens);
}

Json average(const UsageRow& row) {
  return row.average_total_tokens ? Json(*row.average_total_tokens) : Json(nullptr);
}

/// The numbers of a row, in every format; null is what is not known.
struct Number {
  const char* name;
  Json (*value)(const UsageRow& row, std::int64_t all_tokens);
};
constexpr std::array kNumbers{
    Number{"operations", [](const UsageRow& r, std::int64_t) -> Json { return r.operations; }},
    Number{"prompt_tokens",
           [](const UsageRow& r, std::int64_t) -> Json { return r.prompt_tokens; }},
    Number{"completion_tokens",
           [](const UsageRow& r, std::int64_t) -> Json { return r.completion_tokens; }},
    Number{"total_tokens", [](const UsageRow& r, std::int64_t) -> Json { return r.total_tokens; }},
    Number{"average_total_tokens", [](const UsageRow& r, std::int64_t) { return average(r); }},
    Number{"estimated", [](const UsageRow& r, std::int64_t) -> Json { return r.estimated; }},
    Number{"without_usage",
           [](const UsageRow& r, std::int64_t) -> Json { return r.without_usage; }},
    Number{"free", [](const UsageRow& r, std::int64_t) -> Json { return r.free; }},
    Number{"unknown", [](const UsageRow& r, std::int64_t) -> Json { return r.unknown(); }},
    Number{"tokens_percent", percent},
    Number{"cached_prompt_tokens",
           [](const UsageRow& r, std::int64_t) -> Json { return r.cached_prompt_tokens; }},
    Number{"estimated_tokens",
           [](const UsageRow& r, std::int64_t) -> Json { return r.estimated_tokens; }},
};

std::string text_of(const Json& number) {
  if (number.is_null()) return "";
  if (number.is_number_integer()) return std::to_string(number.get<std::int64_t>());
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.2f", number.get<double>());
  return text.data();
}

std::vector<std::string> header(std::span<const std::string> by) {
  std::vector<std::string> out(by.begin(), by.end());
  for (const Number& number : kNumbers) out.emplace_back(number.name);
  return out;
}

std::vector<std::string> cells(const UsageRow& row, std::int64_t all_tokens) {
  std::vector<std::string> out = row.keys;
  for (const Number& number : kNumbers) out.push_back(text_of(number.value(row, all_tokens)));
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
  Json list = Json::array();
  for (const UsageRow& row : rows) {
    Json object;
    for (std::size_t i = 0; i < by.size(); ++i) object[by[i]] = row.keys[i];
    for (const Number& number : kNumbers) object[number.name] = number.value(row, all_tokens);
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
