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

/// A day's change is small beside what a day costs.
constexpr int kSlopeDecimals = 6;

/// Keys without the day, and the currency; empty: tokens.
using SeriesKey = std::pair<Cells, std::string>;
using SeriesMap = std::map<SeriesKey, std::vector<double>>;

std::string rounded(double value, int decimals = 2) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
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
    // A provisional amount has a currency, too, and is no cost.
    const std::string currency = row.cost_nano ? row.currency : std::string();
    auto& values = out[{Cells(row.keys.begin(), row.keys.end() - 1), currency}];
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

/// The days of all lines of a currency together.
SeriesMap totals_of_series(const SeriesMap& series, std::size_t keys) {
  SeriesMap out;
  for (const auto& [key, values] : series) {
    Cells names(keys);
    if (keys > 0) names.front() = label_of(RowKind::total);
    auto& sums = out[{std::move(names), key.second}];
    sums.resize(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) sums[i] += values[i];
  }
  return out;
}

std::string basis_of(const Forecast& found, std::span<const std::string> days) {
  std::string out = "least squares over " + days.front() + " to " + days.back();
  if (found.below_zero) out.append("; the line falls below 0, which counts as 0");
  return out;
}

Result<void> add_lines(const SeriesMap& series, std::span<const std::string> days,
                       std::size_t ahead, std::vector<Cells>& out) {
  for (const auto& [key, values] : series) {
    const Result<Forecast> found = forecast(values, ahead);
    if (!found) return found.error();
    Cells& line = out.emplace_back(key.first);
    const bool tokens = key.second.empty();
    for (const std::string& cell :
         {tokens ? std::string("total_tokens") : key.second, std::to_string(ahead),
          rounded(found->expected), rounded(found->low), rounded(found->high),
          rounded(found->slope, kSlopeDecimals), std::to_string(found->days),
          basis_of(*found, days)})
      line.push_back(cell);
  }
  return {};
}

}  // namespace

Cells forecast_columns() {
  return {"of",      "next_days",      "expected",  "low_80",
          "high_80", "change_per_day", "from_days", "basis"};
}

Result<std::vector<Cells>> forecast_lines(std::span<const UsageRow> rows,
                                          std::span<const std::string> days, std::size_t ahead,
                                          bool totals) {
  SeriesMap series = series_of(rows, days);
  leave_out_days_without_cost(series);
  // Without a row the number of days is looked at all the same.
  const auto enough = forecast(std::vector<double>(days.size()), ahead);
  if (!enough) return enough.error();
  std::vector<Cells> out;
  Result<void> done = add_lines(series, days, ahead, out);
  const std::size_t keys = rows.empty() ? 0 : rows.front().keys.size() - 1;
  if (done && totals) done = add_lines(totals_of_series(series, keys), days, ahead, out);
  if (!done) return done.error();
  return out;
}

}  // namespace tollgate::reports
