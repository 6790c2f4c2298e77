// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/reports/charts.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <string_view>

#include "cells.hpp"
#include "tollgate/base/page_lines.hpp"
#include "tollgate/pricing/amount.hpp"

namespace tollgate::reports {
namespace {

constexpr std::array<std::string_view, 8> kHeights{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr std::array<std::string_view, 8> kWidths{"▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"};
constexpr std::size_t kMostBars = 20;
constexpr std::size_t kBarWidth = 40;
constexpr std::array<std::string_view, 4> kTimes{"hour", "day", "week", "month"};

bool is_time(const std::string& name) {
  return std::find(kTimes.begin(), kTimes.end(), name) != kTimes.end();
}

/// The one currency of all rows that have a cost; empty: there is none, or several.
std::string currency_of(std::span<const UsageRow> rows) {
  std::set<std::string> found;
  for (const UsageRow& row : rows) {
    if (row.cost_nano) found.insert(row.currency);
  }
  return found.size() == 1 ? *found.begin() : "";
}

/// For the eye alone.
double height_of(const UsageRow& row, bool by_cost) {
  if (!by_cost) return static_cast<double>(row.total_tokens);
  return static_cast<double>(row.cost_nano.value_or(0));
}

/// What a bar stands for: "4.5 EUR", "1200 tokens".
std::string value_words(const UsageRow& row, const std::string& currency) {
  if (currency.empty()) return std::to_string(row.total_tokens) + " tokens";
  return pricing::to_decimal(row.cost_nano.value_or(0), pricing::kNanoDecimals) + " " + currency;
}

std::string joined(const UsageRow& row) {
  std::string out;
  for (const std::string& key : named_keys(row)) {
    if (!key.empty()) out.append(out.empty() ? "" : " / ").append(key);
  }
  return out;
}

std::string bars(std::span<const UsageRow> rows, const std::vector<double>& values) {
  std::vector<std::size_t> order(rows.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return values[a] > values[b]; });
  order.resize(std::min(order.size(), kMostBars));
  std::size_t widest = 0;
  for (const std::size_t i : order) widest = std::max(widest, width_of(joined(rows[i])));
  std::string out;
  for (const std::size_t i : order) {
    const std::string name = joined(rows[i]);
    out.append(to_the_left(name, widest + 2));
    out.append(bar(values[i], values[order.front()], kBarWidth)).append("\n");
  }
  return out;
}

}  // namespace

std::string sparkline(std::span<const double> values) {
  const double largest = values.empty() ? 0 : *std::max_element(values.begin(), values.end());
  std::string out;
  for (const double value : values) {
    const double part = largest > 0 ? std::max(0.0, value) / largest : 0;
    const auto height = static_cast<std::size_t>(std::lround(part * (kHeights.size() - 1)));
    out.append(kHeights[height]);
  }
  return out;
}

std::string bar(double value, double largest, std::size_t width) {
  if (value <= 0 || largest <= 0) return "";
  const double part = value / largest * static_cast<double>(width * kWidths.size());
  const auto eighths = std::max<std::size_t>(1, static_cast<std::size_t>(std::lround(part)));
  std::string out;
  for (std::size_t i = 0; i < eighths / kWidths.size(); ++i) out.append(kWidths.back());
  if (eighths % kWidths.size() > 0) out.append(kWidths[eighths % kWidths.size() - 1]);
  return out;
}

std::string charts(std::span<const UsageRow> rows, std::span<const std::string> by) {
  const bool of_times = by.size() == 1 && is_time(by.front());
  std::vector<UsageRow> shown(rows.begin(), rows.end());
  // What nobody used of capacity is no time.
  if (of_times)
    std::erase_if(shown, [](const UsageRow& row) { return row.kind != RowKind::operations; });
  if (shown.size() < 2) return "";
  const std::string currency = currency_of(shown);
  std::vector<double> values;
  values.reserve(shown.size());
  for (const UsageRow& row : shown) values.push_back(height_of(row, !currency.empty()));
  if (*std::max_element(values.begin(), values.end()) <= 0) return "";
  const std::string what = currency.empty() ? "total_tokens" : "cost in " + currency;
  const auto most = std::max_element(values.begin(), values.end()) - values.begin();
  const std::string largest = value_words(shown[static_cast<std::size_t>(most)], currency);
  if (!of_times) {
    const std::string rest = shown.size() > kMostBars
                                 ? ", of " + std::to_string(shown.size()) + " rows the " +
                                       std::to_string(kMostBars) + " largest"
                                 : std::string();
    return "\n" + paragraph(what + rest + "; the longest bar is " + largest) + bars(shown, values);
  }
  return "\n" +
         paragraph(what + ", a bar for each " + by.front() + " from " + shown.front().keys.front() +
                   " to " + shown.back().keys.front() + "; the highest is " + largest) +
         sparkline(values) + "\n";
}

}  // namespace tollgate::reports
