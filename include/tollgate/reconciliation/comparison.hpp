// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tollgate/pricing/amount.hpp"
#include "tollgate/reconciliation/azure_bill.hpp"
#include "tollgate/reconciliation/azure_metrics.hpp"
#include "tollgate/reconciliation/our_usage.hpp"

namespace tollgate::reconciliation {

/// Why two sides may differ: words of docs/reconciliation.md, never renamed.
namespace cause {
inline constexpr std::string_view kInterrupted = "interrupted";
inline constexpr std::string_view kEstimated = "estimated";
inline constexpr std::string_view kPartial = "partial";
inline constexpr std::string_view kUnreported = "unreported";
inline constexpr std::string_view kAwaiting = "awaiting";
inline constexpr std::string_view kAcrossMidnight = "across_midnight";
inline constexpr std::string_view kFailedTries = "failed_tries";
inline constexpr std::string_view kByCapacity = "by_capacity";
inline constexpr std::string_view kUnpriced = "unpriced";
inline constexpr std::string_view kLost = "records_lost";
inline constexpr std::string_view kOtherCallers = "other_callers";
inline constexpr std::string_view kPrice = "price_differs";
inline constexpr std::string_view kAdjustment = "adjustment";
inline constexpr std::string_view kTier = "tier_differs";
inline constexpr std::string_view kMoreHere = "more_here";
inline constexpr std::string_view kNoRow = "no_row_at_azure";
inline constexpr std::string_view kNoDeployment = "no_deployment_tag";
inline constexpr std::string_view kUnknownMeter = "meter_not_known";
inline constexpr std::string_view kCurrency = "currency_differs";
}  // namespace cause

struct Cause {
  std::string_view word;
  std::string text;  ///< for a person: what the evidence is
};

/// A meter or metric of a place, on both sides.
struct ComparedRow {
  Place place;
  std::string counted;  ///< the meter's name, or the metric's; where Azure has no row, our class
  /// nullopt: Azure's file has no row of it, or its meter counts what is not known.
  std::optional<pricing::Int128> azure_quantity;
  std::optional<pricing::Int128> our_quantity;  ///< nullopt: it cannot be compared
  std::optional<pricing::Int128> azure_cost;  ///< in 10^-12; nullopt: metrics have none, or no row
  /// In the bill's currency; nullopt: none is known. What capacity served has no cost of a meter.
  std::optional<pricing::Int128> our_nano;
  std::map<std::string, pricing::Int128> other_nano;         ///< ours, in other currencies
  std::map<std::string, pricing::Int128> other_azure_costs;  ///< Azure's, likewise, in 10^-12
  pricing::Int128 unpriced = 0;                              ///< of our quantity: without a price
  /// Of the class, what capacity that is paid by the hour served at the place: on no meter of ours.
  pricing::Int128 by_capacity = 0;
  std::vector<Cause> causes;  ///< empty: there is no gap
  bool explained = true;      ///< no gap, or what our own records know of may be all of it
};

struct Comparison {
  std::vector<ComparedRow> rows;  ///< by place
  std::string currency;           ///< of the bill; empty: no costs are compared
  std::vector<std::string> notes;
  std::size_t used = 0;  ///< rows of Azure's file that are compared
};

/// What the comparison must know besides.
struct ComparisonTerms {
  bool records_lost = false;  ///< the ledger has lost records of the time
  std::string deleted_to;     ///< the last day of which retention deleted records; empty: none
};

/// Both sides by day, resource, deployment and meter. Costs that differ by less than the rounding
/// of our records (a nano for each operation) are equal; only those in the bill's currency are
/// compared. Pure.
Comparison compare(const AzureBill& bill, const OurUsage& ours, const ComparisonTerms& terms);

/// Both sides by day, resource, deployment and metric. Pure.
Comparison compare(const AzureMetrics& metrics, const OurUsage& ours, const ComparisonTerms& terms);

}  // namespace tollgate::reconciliation
