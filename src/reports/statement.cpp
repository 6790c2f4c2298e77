// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/reports/statement.hpp"

#include <array>
#include <map>
#include <tuple>

namespace tollgate::reports {
namespace {

/// Where the groups of statement_groups() stand.
constexpr std::size_t kClient = 0;
constexpr std::size_t kModelPlace = 1;
constexpr std::size_t kPriceId = 2;
constexpr std::size_t kBasis = 3;
constexpr std::size_t kCostBasis = 4;
constexpr std::size_t kCostReason = 5;

using ItemKey = std::tuple<std::string, std::string, std::string, std::string, std::string,
                           std::string, std::int64_t, std::string>;

bool is_estimate(const std::string& basis) { return basis == "estimated" || basis == "partial"; }

void add_items(const UsageRow& row, const ledger::LedgerReader& reader,
               std::map<ItemKey, StatementItem>& items) {
  for (const ledger::PriceSums& sums : row.prices) {
    const usage::CostComponent& price = reader.price(sums.price);
    StatementItem& item =
        items[{row.currency, row.keys[kClient], row.keys[kModelPlace], price.price_class,
               row.keys[kPriceId], price.price, price.per, price.percent}];
    item.client = row.keys[kClient];
    item.model = row.keys[kModelPlace];
    item.price = price;
    item.price_id = row.keys[kPriceId];
    item.currency = row.currency;
    item.operations += sums.records;
    item.quantity += sums.quantity;
    item.amount_nano += sums.cost_nano;
  }
}

void add_total(const UsageRow& row, std::map<std::string, StatementTotal>& totals) {
  if (!row.cost_nano) return;
  StatementTotal& total = totals[row.currency];
  total.currency = row.currency;
  total.amount_nano += *row.cost_nano;
  total.operations += row.operations;
  if (!is_estimate(row.keys[kBasis])) return;
  total.estimated += row.operations;
  total.estimated_nano += *row.cost_nano;
}

}  // namespace

UsageGroups statement_groups() {
  const std::array<std::string, 6> names{"client", "model",      "price_id",
                                         "basis",  "cost_basis", "cost_reason"};
  return UsageGroups::parse(names).value();
}

void fill_statement(Statement& statement, const std::vector<UsageRow>& rows,
                    const ledger::LedgerReader& reader) {
  std::map<ItemKey, StatementItem> items;
  std::map<std::string, StatementTotal> totals;
  using GapKey = std::tuple<std::string, std::string, std::string, std::string>;
  std::map<GapKey, StatementGap> gaps;
  for (const UsageRow& row : rows) {
    add_items(row, reader, items);
    add_total(row, totals);
    const std::string& basis = row.keys[kCostBasis];
    if (basis == "priced") continue;
    StatementGap& gap =
        gaps[{row.keys[kClient], row.keys[kModelPlace], basis, row.keys[kCostReason]}];
    gap.client = row.keys[kClient];
    gap.model = row.keys[kModelPlace];
    gap.cost_basis = basis;
    gap.reason = row.keys[kCostReason];
    gap.operations += row.operations;
    gap.total_tokens += row.total_tokens;
  }
  // What corrections took away to nothing is no line.
  for (auto& [key, item] : items) {
    if (item.quantity != 0 || item.amount_nano != 0) statement.items.push_back(std::move(item));
  }
  for (auto& [key, gap] : gaps) {
    if (gap.operations != 0) statement.gaps.push_back(std::move(gap));
  }
  for (auto& [key, total] : totals) statement.totals.push_back(std::move(total));
}

}  // namespace tollgate::reports
