// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/reports/statement.hpp"

#include <algorithm>
#include <array>
#include <compare>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "group_places.hpp"
#include "tollgate/pricing/allocation.hpp"
#include "tollgate/reports/calendar.hpp"

namespace tollgate::reports {
namespace {

constexpr NamedGroups<8> kStatementGroups{
    {"client", "model", "price_id", "basis", "cost_basis", "cost_reason", "deployment", "hour"}};
constexpr std::size_t kHour = kStatementGroups.place("hour");  // the last: not always there

/// What divides items, in the order in which they stand: of one class by time, then by price.
struct ItemKey {
  std::string currency;
  std::string client;
  std::string model;
  std::string price_class;
  std::string deployment;
  std::string hour;
  std::string price_id;
  std::string price;
  std::int64_t per = 1;
  std::string percent;

  auto operator<=>(const ItemKey&) const = default;
};
using Items = std::map<ItemKey, StatementItem>;

bool is_estimate(const std::string& basis) { return basis == "estimated" || basis == "partial"; }

bool is_share_price(const usage::CostComponent& price) {
  return price.price_class == pricing::kProvisionedClass;
}

/// Of a name such as "2026-11-29T13:00Z".
std::string hour_in(const std::string& name, const TimeZone& zone) {
  const auto begin = from_rfc3339(name.substr(0, name.size() - 1) + ":00Z");
  return begin ? moment_label(*begin, zone) : name;
}

ItemKey key_of(const UsageRow& row, const usage::CostComponent& price) {
  ItemKey out{.currency = row.currency,
              .client = row.keys[kStatementGroups.place("client")],
              .model = row.keys[kStatementGroups.place("model")],
              .price_class = price.price_class,
              .deployment = {},
              .hour = {},
              .price_id = row.keys[kStatementGroups.place("price_id")],
              .price = price.price,
              .per = price.per,
              .percent = price.percent};
  const bool share = is_share_price(price);
  const bool rest = row.kind != RowKind::operations;
  if (share || rest) out.deployment = row.keys[kStatementGroups.place("deployment")];
  // Each hour has a price of its own: of its rest the sum is told.
  if (rest) out.price_id.clear();
  if (share && row.keys.size() > kHour) out.hour = row.keys[kHour];
  return out;
}

void add_item(const UsageRow& row, const usage::CostComponent& price, const ledger::PriceSums& sums,
              Items& items) {
  ItemKey key = key_of(row, price);
  StatementItem& item = items[key];
  item.client = std::move(key.client);
  item.model = std::move(key.model);
  item.price = price;
  item.deployment = std::move(key.deployment);
  item.hour = std::move(key.hour);
  item.price_id = std::move(key.price_id);
  item.currency = std::move(key.currency);
  item.operations += sums.records;
  item.quantity += sums.quantity;
  item.amount_nano += sums.cost_nano;
}

void add_items(const UsageRow& row, const ledger::LedgerReader& reader, Items& items) {
  for (const ledger::PriceSums& sums : row.prices)
    add_item(row, reader.price(sums.price), sums, items);
  // What no operation pays is an amount, and nothing was multiplied.
  if (row.kind == RowKind::operations || !row.cost_nano) return;
  usage::CostComponent rest;
  rest.price_class = word_of(row.kind);
  add_item(row, rest, {0, 0, 0, *row.cost_nano}, items);
}

void add_total(const UsageRow& row, std::map<std::string, StatementTotal>& totals) {
  if (!row.cost_nano) return;
  StatementTotal& total = totals[row.currency];
  total.currency = row.currency;
  total.amount_nano += *row.cost_nano;
  total.operations += row.operations;
  if (!is_estimate(row.keys[kStatementGroups.place("basis")])) return;
  total.estimated += row.operations;
  total.estimated_nano += *row.cost_nano;
}

}  // namespace

UsageGroups statement_groups(bool by_hour) {
  return kStatementGroups.groups(by_hour ? kHour + 1 : kHour);
}

bool has_capacity(const std::vector<UsageRow>& rows, const ledger::LedgerReader& reader) {
  return std::any_of(rows.begin(), rows.end(), [&](const UsageRow& row) {
    return std::any_of(row.prices.begin(), row.prices.end(), [&](const ledger::PriceSums& sums) {
      return is_share_price(reader.price(sums.price));
    });
  });
}

void fill_statement(Statement& statement, const std::vector<UsageRow>& rows,
                    const ledger::LedgerReader& reader, const TimeZone& zone) {
  Items items;
  std::map<std::string, StatementTotal> totals;
  using GapKey = std::tuple<std::string, std::string, std::string, std::string, std::string>;
  std::map<GapKey, StatementGap> gaps;
  for (const UsageRow& row : rows) {
    add_items(row, reader, items);
    add_total(row, totals);
    const std::string& basis = row.keys[kStatementGroups.place("cost_basis")];
    if (basis == "priced") continue;
    const std::string currency = row.provisional_nano ? row.currency : std::string();
    StatementGap& gap =
        gaps[{row.keys[kStatementGroups.place("client")], row.keys[kStatementGroups.place("model")],
              basis, row.keys[kStatementGroups.place("cost_reason")], currency}];
    gap.client = row.keys[kStatementGroups.place("client")];
    gap.model = row.keys[kStatementGroups.place("model")];
    gap.cost_basis = basis;
    gap.reason = row.keys[kStatementGroups.place("cost_reason")];
    gap.operations += row.operations;
    gap.total_tokens += row.total_tokens;
    gap.currency = currency;
    if (row.provisional_nano)
      gap.provisional_nano = gap.provisional_nano.value_or(0) + *row.provisional_nano;
  }
  // What corrections took away to nothing is no line.
  for (auto& [key, item] : items) {
    if (item.quantity == 0 && item.amount_nano == 0) continue;
    if (!item.hour.empty()) item.hour = hour_in(item.hour, zone);
    statement.items.push_back(std::move(item));
  }
  for (auto& [key, gap] : gaps) {
    if (gap.operations != 0) statement.gaps.push_back(std::move(gap));
  }
  for (auto& [key, total] : totals) statement.totals.push_back(std::move(total));
}

}  // namespace tollgate::reports
