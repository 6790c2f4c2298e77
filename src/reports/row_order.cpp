// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/reports/row_order.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <utility>

namespace tollgate::reports {
namespace {

bool is_dearer(const UsageRow& a, const UsageRow& b) {
  if (a.cost_nano.has_value() != b.cost_nano.has_value()) return a.cost_nano.has_value();
  if (a.currency != b.currency) return a.currency < b.currency;
  return a.cost_nano && *a.cost_nano > *b.cost_nano;
}

}  // namespace

void keep_top(std::vector<UsageRow>& rows, std::size_t most) {
  if (rows.size() <= most) return;
  std::map<std::pair<RowKind, std::string>, UsageRow> others;
  for (std::size_t i = most; i < rows.size(); ++i) {
    const bool of_operations = rows[i].kind == RowKind::operations;
    const RowKind kind = of_operations ? RowKind::others : rows[i].kind;
    UsageRow& rest = others[{kind, rows[i].currency}];
    rest.kind = kind;
    rest.currency = rows[i].currency;
    rest.keys.assign(rows[i].keys.size(), "");
    if (!rest.keys.empty()) rest.keys.front() = label_of(kind);
    add_row(rest, rows[i]);
  }
  rows.resize(most);
  for (auto& [key, row] : others) {
    average_row(row);
    rows.push_back(std::move(row));
  }
}

void compare_rows(std::vector<UsageRow>& rows, const std::vector<UsageRow>& previous) {
  using Key = std::tuple<std::vector<std::string>, RowKind, std::string>;
  std::map<Key, UsageRow> out;
  for (UsageRow& row : rows) {
    row.previous.emplace();
    Key key{row.keys, row.kind, row.currency};
    out.emplace(std::move(key), std::move(row));
  }
  for (const UsageRow& row : previous) {
    UsageRow& to = out[{row.keys, row.kind, row.currency}];
    to.keys = row.keys;
    to.kind = row.kind;
    to.currency = row.currency;
    to.previous = PreviousUsage{row.operations, row.total_tokens, row.cost_nano};
  }
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
