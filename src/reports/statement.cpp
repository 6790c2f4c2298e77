// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/reports/statement.hpp"

#include <array>
#include <map>
#include <tuple>

#include "group_places.hpp"

namespace tollgate::reports {
namespace {

constexpr std::array<std::string_view, 6> kStatementNames{"client", "model",      "price_id",
                                                          "basis",  "cost_basis", "cost_reason"};
constexpr std::size_t kClient = place_in(kStatementNames, "client");
constexpr std::size_t kModelPlace = place_in(kStatementNames, "model");
constexpr std::size_t kPriceId = place_in(kStatementNames, "price_id");
constexpr std::size_t kBasis = place_in(kStatementNames, "basis");
constexpr std::size_t kCostBasis = place_in(kStatementNames, "cost_basis");
constexpr std::size_t kCostReason = place_in(kStatementNames, "cost_reason");

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

UsageGroups statement_groups() { return groups_named(kStatementNames); }

void fill_statement(Statement& statement, const std::vector<UsageRow>& rows,
                    const ledger::LedgerReader& reader) {
  std::map<ItemKey, StatementItem> items;
  std::map<std::string, StatementTotal> totals;
  using GapKey = std::tuple<std::string, std::string, std::string, std::string, std::string>;
  std::map<GapKey, StatementGap> gaps;
  for (const UsageRow& row : rows) {
    add_items(row, reader, items);
    add_total(row, totals);
    const std::string& basis = row.keys[kCostBasis];
    if (basis == "priced") continue;
    const std::string currency = row.provisional_nano ? row.currency : std::string();
    StatementGap& gap =
        gaps[{row.keys[kClient], row.keys[kModelPlace], basis, row.keys[kCostReason], currency}];
    gap.client = row.keys[kClient];
    gap.model = row.keys[kModelPlace];
    gap.cost_basis = basis;
    gap.reason = row.keys[kCostReason];
    gap.operations += row.operations;
    gap.total_tokens += row.total_tokens;
    gap.currency = currency;
    if (row.provisional_nano)
      gap.provisional_nano = gap.provisional_nano.value_or(0) + *row.provisional_nano;
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
