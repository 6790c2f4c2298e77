// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/reports/usage_row.hpp"

#include <array>

#include "tollgate/pricing/allocation.hpp"

namespace tollgate::reports {
namespace {

/// Every count that is a sum by itself.
constexpr std::array kSums{&UsageRow::operations,
                           &UsageRow::prompt_tokens,
                           &UsageRow::completion_tokens,
                           &UsageRow::total_tokens,
                           &UsageRow::without_usage,
                           &UsageRow::estimated,
                           &UsageRow::free,
                           &UsageRow::cached_prompt_tokens,
                           &UsageRow::estimated_tokens,
                           &UsageRow::unpriced,
                           &UsageRow::partial,
                           &UsageRow::allocated_later,
                           &UsageRow::priced_otherwise,
                           &UsageRow::never_shared};

struct KindWords {
  RowKind kind;
  std::string_view word;
  std::string_view label;
};
constexpr std::array kKinds{
    KindWords{RowKind::unused_capacity, pricing::cost_reason::kUnused, "(unused capacity)"},
    KindWords{RowKind::list_price_difference, pricing::cost_reason::kListDifference,
              "(list price difference)"},
    KindWords{RowKind::others, "", "(others)"}, KindWords{RowKind::total, "", "total"}};
constexpr KindWords kOperations{RowKind::operations, "", ""};

const KindWords& words_of(RowKind kind) {
  for (const KindWords& one : kKinds) {
    if (one.kind == kind) return one;
  }
  return kOperations;
}

void add_cost(std::optional<Int128>& to, const std::optional<Int128>& cost) {
  if (cost) to = to.value_or(0) + *cost;
}

void add_previous(UsageRow& to, const PreviousUsage& previous) {
  if (!to.previous) to.previous.emplace();
  to.previous->operations += previous.operations;
  to.previous->total_tokens += previous.total_tokens;
  add_cost(to.previous->cost_nano, previous.cost_nano);
}

}  // namespace

RowKind kind_of_reason(std::string_view cost_reason) {
  for (const KindWords& one : kKinds) {
    if (!one.word.empty() && one.word == cost_reason) return one.kind;
  }
  return RowKind::operations;
}

std::string_view word_of(RowKind kind) { return words_of(kind).word; }
std::string_view label_of(RowKind kind) { return words_of(kind).label; }

std::vector<std::string> named_keys(const UsageRow& row) {
  std::vector<std::string> out = row.keys;
  for (std::string& key : out) {
    if (key.empty() && row.kind == RowKind::operations) key = "(none)";
  }
  return out;
}

void add_row(UsageRow& to, const UsageRow& row) {
  for (const auto count : kSums) {
    if (__builtin_add_overflow(to.*count, row.*count, &(to.*count)))
      to.*count = std::numeric_limits<std::int64_t>::max();
  }
  add_cost(to.cost_nano, row.cost_nano);
  add_cost(to.provisional_nano, row.provisional_nano);
  ledger::RollupSums prices;
  prices.prices = std::move(to.prices);
  for (const ledger::PriceSums& price : row.prices) prices.add(price);
  to.prices = std::move(prices.prices);
  if (row.previous) add_previous(to, *row.previous);
}

void average_row(UsageRow& row) {
  const std::int64_t known = row.operations - row.without_usage;
  row.average_total_tokens.reset();
  if (known > 0) {
    row.average_total_tokens = static_cast<double>(row.total_tokens) / static_cast<double>(known);
  }
}

}  // namespace tollgate::reports
