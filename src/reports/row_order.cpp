// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/reports/row_order.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

namespace tollgate::reports {
namespace {

bool is_dearer(const UsageRow& a, const UsageRow& b) {
  if (a.cost_nano.has_value() != b.cost_nano.has_value()) return a.cost_nano.has_value();
  if (a.currency != b.currency) return a.currency < b.currency;
  return a.cost_nano && *a.cost_nano > *b.cost_nano;
}

using NameKey = std::pair<std::vector<std::string>, RowKind>;
using CurrencyMap = std::map<NameKey, std::set<std::string>>;

/// Those of the amounts of each, in both times.
CurrencyMap currencies_of(const std::vector<UsageRow>& rows,
                          const std::vector<UsageRow>& previous) {
  CurrencyMap out;
  for (const std::vector<UsageRow>* const time : {&rows, &previous}) {
    for (const UsageRow& row : *time) {
      std::set<std::string>& known = out[{row.keys, row.kind}];
      if (!row.currency.empty()) known.insert(row.currency);
    }
  }
  return out;
}

}  // namespace

void keep_top(std::vector<UsageRow>& rows, std::size_t most) {
  const auto of_operations = [](const UsageRow& row) { return row.kind == RowKind::operations; };
  const auto all = std::count_if(rows.begin(), rows.end(), of_operations);
  if (static_cast<std::size_t>(all) <= most) return;
  std::vector<UsageRow> first;
  std::map<std::pair<RowKind, std::string>, UsageRow> others;
  for (UsageRow& row : rows) {
    if (of_operations(row) && first.size() < most) {
      first.push_back(std::move(row));
      continue;
    }
    const RowKind kind = of_operations(row) ? RowKind::others : row.kind;
    UsageRow& rest = others[{kind, row.currency}];
    rest.kind = kind;
    rest.currency = row.currency;
    rest.keys.assign(row.keys.size(), "");
    if (!rest.keys.empty()) rest.keys.front() = label_of(kind);
    add_row(rest, row);
  }
  rows = std::move(first);
  for (auto& [key, row] : others) {
    average_row(row);
    rows.push_back(std::move(row));
  }
}

void compare_rows(std::vector<UsageRow>& rows, const std::vector<UsageRow>& previous) {
  const CurrencyMap currencies = currencies_of(rows, previous);
  std::map<std::pair<NameKey, std::string>, UsageRow> out;
  const auto row_for = [&](const UsageRow& row) -> UsageRow& {
    const NameKey name{row.keys, row.kind};
    const std::set<std::string>& known = currencies.at(name);
    // What has no amount stands beside the only amount that there is, of whichever time.
    const bool joined = row.currency.empty() && known.size() == 1;
    const std::string& currency = joined ? *known.begin() : row.currency;
    UsageRow& to = out[{name, currency}];
    to.keys = row.keys;
    to.kind = row.kind;
    to.currency = currency;
    if (!to.previous) to.previous.emplace();
    return to;
  };
  for (const UsageRow& row : rows) add_row(row_for(row), row);
  for (const UsageRow& row : previous) {
    UsageRow then;
    then.previous = PreviousUsage{row.operations, row.total_tokens, row.cost_nano};
    add_row(row_for(row), then);
  }
  for (auto& [key, row] : out) average_row(row);
  rows.clear();
  for (auto& [key, row] : out) rows.push_back(std::move(row));
}

Result<RowOrder> parse_row_order(std::string_view text) {
  if (text == "name") return RowOrder::name;
  if (text == "tokens") return RowOrder::tokens;
  if (text == "operations") return RowOrder::operations;
  if (text == "cost") return RowOrder::cost;
  return Error{Errc::invalid_input, "rows can be sorted by name, tokens, operations or cost"};
}

void sort_rows(std::vector<UsageRow>& rows, RowOrder order) {
  if (order == RowOrder::name) return;
  if (order == RowOrder::cost) {
    std::stable_sort(rows.begin(), rows.end(), is_dearer);
    return;
  }
  const auto number = order == RowOrder::tokens ? &UsageRow::total_tokens : &UsageRow::operations;
  std::stable_sort(rows.begin(), rows.end(),
                   [&](const UsageRow& a, const UsageRow& b) { return a.*number > b.*number; });
}

}  // namespace tollgate::reports
