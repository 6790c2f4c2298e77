// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tollgate/base/int128.hpp"
#include "tollgate/ledger/rollup.hpp"

namespace tollgate::reports {

/// What a row's sums are of.
enum class RowKind : std::uint8_t {
  operations,
  unused_capacity,        ///< of hours of capacity what no operation pays: an amount alone
  list_price_difference,  ///< of hours charged at list prices what they cost without these
  others,                 ///< rows that a report does not show
  total
};
/// Whose amounts with that CostReason are; `operations` of every other word.
RowKind kind_of_reason(std::string_view cost_reason);
/// That CostReason: "unused_capacity"; empty for the other kinds.
std::string_view word_of(RowKind kind);
/// What stands in a key in place of a name: "(unused capacity)"; empty for `operations`.
std::string_view label_of(RowKind kind);

/// What a row was in the time before.
struct PreviousUsage {
  std::int64_t operations = 0;
  std::int64_t total_tokens = 0;
  std::optional<Int128> cost_nano;  ///< nullopt: nothing had an amount
};

/// One row of a report. Of the operations without a total some are free, the others unknown. Counts
/// that 64 bits cannot hold are the largest that they can; money is exact.
struct UsageRow {
  std::vector<std::string> keys;  ///< one value per grouping column
  std::int64_t operations = 0;
  std::int64_t prompt_tokens = 0;
  std::int64_t completion_tokens = 0;
  std::int64_t total_tokens = 0;
  std::optional<double> average_total_tokens;  ///< over the operations that have a total
  std::int64_t without_usage = 0;              ///< operations whose total is not there
  std::int64_t estimated = 0;                  ///< operations with basis estimated or partial
  std::int64_t free = 0;  ///< of those without: known to cost no tokens (usage::reason::is_free)
  std::int64_t cached_prompt_tokens = 0;  ///< of the prompt's, at another price
  std::int64_t estimated_tokens = 0;      ///< of the total: of operations that `estimated` counts
  std::optional<Int128> cost_nano;        ///< nullopt: nothing has an amount. Never 0 for that
  std::string currency;                   ///< of the cost; two are never added
  std::int64_t unpriced = 0;              ///< operations by the basis of their cost
  std::int64_t partial = 0;
  std::int64_t allocated_later = 0;
  std::vector<ledger::PriceSums> prices{};  ///< the cost, by class and price
  std::optional<PreviousUsage> previous{};
  /// Of operations whose hour of capacity is not shared out yet; in no cost. nullopt: none.
  std::optional<Int128> provisional_nano{};
  /// Of those without a total: priced all the same, by the length of their audio, say.
  std::int64_t priced_otherwise = 0;
  RowKind kind = RowKind::operations;
  /// Of allocated_later: those whose hour the configuration shares out among nobody.
  std::int64_t never_shared = 0;

  std::int64_t unknown() const { return without_usage - free - priced_otherwise; }
};

/// The keys as a person reads them: operations without a name are "(none)".
std::vector<std::string> named_keys(const UsageRow& row);

/// Adds one row's sums to another's; keys, averages, currency and kind stay.
void add_row(UsageRow& to, const UsageRow& row);
/// Makes the average anew.
void average_row(UsageRow& row);

}  // namespace tollgate::reports
