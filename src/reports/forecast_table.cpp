// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/reports/forecast_table.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <string_view>
#include <utility>

#include "cells.hpp"
#include "tollgate/pricing/amount.hpp"
#include "tollgate/reports/fitted_table.hpp"

namespace tollgate::reports {
namespace {

/// As other reports have them: amounts, and averages of tokens.
constexpr int kTokenDecimals = 2;

/// Where the columns of forecast_columns() stand behind the keys.
constexpr std::size_t kNextDays = 1;
constexpr std::size_t kFromDays = 6;
constexpr std::size_t kBasis = 7;

constexpr std::string_view kOwnTotal =
    "the rows need not add up to the total, which has a forecast of its own: of the days of all "
    "rows together, where a row that falls takes from those that rise";

/// Keys without the day, and the currency; empty: tokens.
using SeriesKey = std::pair<Cells, std::string>;
using SeriesMap = std::map<SeriesKey, std::vector<double>>;

/// Never "-0.00": what is rounded to nothing has no sign.
std::string rounded(double value, int decimals) {
  std::array<char, 512> text{};  // any double
  std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
  const std::string_view digits(text.data());
  const bool nothing = digits.find_first_not_of("-0.") == std::string_view::npos;
  return std::string(digits.substr(nothing && digits.starts_with('-') ? 1 : 0));
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
    const int decimals = tokens ? kTokenDecimals : pricing::kNanoDecimals;
    for (const std::string& cell :
         {tokens ? std::string("total_tokens") : key.second, std::to_string(ahead),
          rounded(found->expected, decimals), rounded(found->low, decimals),
          rounded(found->high, decimals), rounded(found->slope, decimals),
          std::to_string(found->days), basis_of(*found, days)})
      line.push_back(cell);
  }
  return {};
}

/// What each line is made of; where that is not the same of all, whose it is.
std::string bases_of(std::span<const Cells> lines, std::size_t keys) {
  std::map<std::string, std::string> whose;
  for (const Cells& line : lines) {
    std::string name;
    for (std::size_t i = 0; i <= keys; ++i) {
      if (!line[i].empty()) name.append(name.empty() ? "" : " ").append(line[i]);
    }
    std::string& names = whose[line[keys + kBasis]];
    names.append(names.empty() ? "" : ", ").append(name);
  }
  if (whose.size() == 1) return paragraph("basis: " + whose.begin()->first);
  std::string out;
  for (const auto& [basis, names] : whose)
    out.append(paragraph(std::string("basis of ").append(names).append(": ").append(basis)));
  return out;
}

/// The table without what is the same on all lines, which stands below it.
std::string as_forecast_table(std::span<const std::string> by, std::span<const Cells> lines) {
  const std::size_t keys = by.size();
  const auto without = [&](Cells line) {
    for (const std::size_t place : {kBasis, kFromDays, kNextDays})
      line.erase(line.begin() + static_cast<std::ptrdiff_t>(keys + place));
    return line;
  };
  Cells names(by.begin(), by.end());
  for (std::string& name : forecast_columns()) names.push_back(std::move(name));
  std::vector<Cells> shown{without(std::move(names))};
  for (const Cells& line : lines) shown.push_back(without(line));
  std::string out = fitted_table(shown, keys + 1);
  if (lines.empty()) return out;
  const Cells& first = lines.front();
  const bool rows_have_total = keys > 0 && lines.size() > 2;
  return out
      .append(paragraph("sums of the next " + first[keys + kNextDays] + " days, by " +
                        first[keys + kFromDays] +
                        " days; four of five such sums lie between low_80 and high_80"))
      .append(rows_have_total ? paragraph(kOwnTotal) : "")
      .append(bases_of(lines, keys));
}

}  // namespace

std::string format_forecast(std::span<const std::string> by, std::span<const Cells> lines,
                            ReportFormat format) {
  if (format == ReportFormat::table) return as_forecast_table(by, lines);
  Cells names(by.begin(), by.end());
  for (std::string& name : forecast_columns()) names.push_back(std::move(name));
  return format_lines(names, lines, by.size() + 1, format);
}

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
