// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tollgate/usage/usage_record.hpp"

namespace tollgate::usage {

/// Why a cost was adjusted. Ledgers hold the numbers, rows the words: neither ever changes.
enum class AdjustmentKind {
  allocation = 0,      ///< the record's share of an hour of capacity
  rerate = 1,          ///< another price list, by an operator's wish
  unused_capacity = 2  ///< what of an hour no record pays; of no record, with an id of its own
};

/// The word for it in rows; empty for a value that is none.
std::string_view to_string(AdjustmentKind kind);
std::optional<AdjustmentKind> adjustment_kind_from_number(std::int64_t number);

/// What a record costs from now on. The record itself never changes: of several adjustments the
/// newest counts.
struct CostAdjustment {
  AdjustmentKind kind = AdjustmentKind::allocation;
  std::string run;  ///< which hour's allocation, or which re-rating: one of each kind for a record
  UtcTime made_at;
  /// What counted before it: the record's own cost, or the adjustment's before. The ledger writes
  /// it.
  std::optional<std::int64_t> previous_nano;
  std::string previous_currency;
  CostBasis previous_basis = CostBasis::unpriced;
  /// The rest of the record's own cost, while it is written: what reports counted it as.
  std::vector<CostComponent> previous_components;
  std::string previous_price_id;
  std::string previous_reason;
  std::optional<std::int64_t> previous_provisional_nano;
  std::string previous_provisional_currency;
  /// The record with its new cost. Of its other columns kAdjustedColumns are kept.
  UsageRecord record;

  bool operator==(const CostAdjustment&) const = default;
};

/// The columns of a record that its adjustment has as well: whose it is, and what it costs.
inline constexpr std::array<std::string_view, 18> kAdjustedColumns{
    "RecordId",       "EventTime",    "Gateway",
    "ClientName",     "Tags",         "OperationId",
    "RequestedModel", "Backend",      "BackendDeployment",
    "Model",          "ServiceTier",  "Sku",
    "CostNano",       "CostCurrency", "CostComponents",
    "PriceId",        "CostBasis",    "CostReason"};

constexpr bool is_adjusted_column(std::string_view column) {
  return std::find(kAdjustedColumns.begin(), kAdjustedColumns.end(), column) !=
         kAdjustedColumns.end();
}

/// Notes that this counted for the record before.
void set_previous(CostAdjustment& adjustment, const UsageRecord& record);

/// The record with another one's cost, and its provisional one.
UsageRecord with_cost(UsageRecord record, const UsageRecord& cost);

/// The adjustment's record with the cost that counted before, as set_previous noted it.
UsageRecord with_previous(const CostAdjustment& adjustment);

/// The record with nothing but kAdjustedColumns.
UsageRecord adjusted_part(UsageRecord record);

/// Whether two records say the same of their costs, apart from provisional ones.
bool same_cost(const UsageRecord& a, const UsageRecord& b);
/// Whether they cost the same on the same basis, whichever entry of a list says so.
bool same_amount(const UsageRecord& a, const UsageRecord& b);

/// One JSON object with the columns of TollgateCostAdjustment_CL; TimeGenerated and MadeAt are
/// `made_at`. Valid UTF-8, no newline.
std::string to_json(const CostAdjustment& adjustment);

}  // namespace tollgate::usage
