// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/ledger/report.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <vector>

#include <nlohmann/json.hpp>

namespace tollgate::ledger {
namespace {

constexpr std::array<const char*, 7> kNumbers{
    "operations",           "prompt_tokens", "completion_tokens", "total_tokens",
    "average_total_tokens", "estimated",     "without_usage"};

std::string average(const UsageRow& row) {
  if (!row.average_total_tokens) return "";
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.2f", *row.average_total_tokens);
  return text.data();
}

std::vector<std::string> numbers(const UsageRow& row) {
  return {std::to_string(row.operations),
          std::to_string(row.prompt_tokens),
          std::to_string(row.completion_tokens),
          std::to_string(row.total_tokens),
          average(row),
          std::to_string(row.estimated),
          std::to_string(row.without_usage)};
}

std::vector<std::string> header(std::span<const std::string> by) {
  std::vector<std::string> out(by.begin(), by.end());
  out.insert(out.end(), kNumbers.begin(), kNumbers.end());
  return out;
}

std::vector<std::string> cells(const UsageRow& row) {
  std::vector<std::string> out = row.keys;
  for (std::string& number : numbers(row)) out.push_back(std::move(number));
  return out;
}

UsageRow total_of(std::span<const UsageRow> rows, std::size_t keys) {
  UsageRow total;
  total.keys.assign(keys, "");
  total.keys.front() = "total";
  double sum = 0;
  for (const UsageRow& row : rows) {
    total.operations += row.operations;
    total.prompt_tokens += row.prompt_tokens;
    total.completion_tokens += row.completion_tokens;
    total.total_tokens += row.total_tokens;
    total.estimated += row.estimated;
    total.without_usage += row.without_usage;
    sum += static_cast<double>(row.total_tokens);
  }
  const std::int64_t known = total.operations - total.without_usage;
  if (known > 0) total.average_total_tokens = sum / static_cast<double>(known);
  return total;
}

std::string as_table(std::span<const UsageRow> rows, std::span<const std::string> by) {
  std::vector<std::vector<std::string>> lines{header(by)};
  for (const UsageRow& row : rows) lines.push_back(cells(row));
  lines.push_back(cells(total_of(rows, by.size())));
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
  for (const UsageRow& row : rows) write(cells(row));
  return out;
}

std::string as_json(std::span<const UsageRow> rows, std::span<const std::string> by) {
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
    list.push_back(std::move(object));
  }
  return list.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace

Result<std::string> format_usage(std::span<const UsageRow> rows, std::span<const std::string> by,
                                 std::string_view format) {
  if (format == "table") return as_table(rows, by);
  if (format == "csv") return as_csv(rows, by);
  if (format == "json") return as_json(rows, by);
  return Error{Errc::invalid_input, "the format must be table, csv or json"};
}

}  // namespace tollgate::ledger
