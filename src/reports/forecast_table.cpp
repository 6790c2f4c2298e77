// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/reports/forecast_table.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <utility>

namespace tollgate::reports {
namespace {

/// Keys without the day, and the currency; empty: tokens.
using SeriesKey = std::pair<Cells, std::string>;
using SeriesMap = std::map<SeriesKey, std::vector<double>>;

std::string rounded(double value) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.2f", value);
  return text.data();
}

double value_of(const UsageRow& row) {
  constexpr double kNanos = 1e9;
  if (row.cost_nano) return static_cast<double>(*row.cost_nano) / kNanos;
  return static_cast<double>(row.total_tokens);
}

SeriesMap series_of(std::span<const UsageRow> rows, std::span<const std::string> days) {
  SeriesMap out;
  for (const UsageRow& row : rows) {
    const auto day = std::find(days.begin(), days.end(), row.keys.back());
    if (day == days.end()) continue;
    auto& values = out[{Cells(row.keys.begin(), row.keys.end() - 1), row.currency}];
    values.resize(days.size());
    values[static_cast<std::size_t>(day - days.begin())] += value_of(row);
  }
  return out;
}

/// What has an amount on some days has none on the others: those are no tokens to be told of.
void leave_out_days_without_cost(SeriesMap& series) {
  std::erase_if(series, [&](const auto& one) {
    const auto& [keys, currency] = one.first;
    if (!currency.empty()) return false;
    const auto next = series.upper_bound(one.first);
    return next != series.end() && next->first.first == keys;
  });
}

}  // namespace

Cells forecast_columns() {
  return {"of",      "next_days",      "expected",  "low_80",
          "high_80", "change_per_day", "from_days", "basis"};
}

Result<std::vector<Cells>> forecast_lines(std::span<const UsageRow> rows,
                                          std::span<const std::string> days, std::size_t ahead) {
  SeriesMap series = series_of(rows, days);
  leave_out_days_without_cost(series);
  std::vector<Cells> out;
  // Without a row the number of days is looked at all the same.
  const auto enough = forecast(std::vector<double>(days.size()), ahead);
  if (!enough) return enough.error();
  for (const auto& [key, values] : series) {
    const Result<Forecast> found = forecast(values, ahead);
    if (!found) return found.error();
    Cells& line = out.emplace_back(key.first);
    const bool tokens = key.second.empty();
    for (const std::string& cell :
         {tokens ? std::string("total_tokens") : key.second, std::to_string(ahead),
          rounded(found->expected), rounded(found->low), rounded(found->high),
          rounded(found->slope), std::to_string(found->days),
          "least squares over " + days.front() + " to " + days.back()})
      line.push_back(cell);
  }
  return out;
}

}  // namespace tollgate::reports
