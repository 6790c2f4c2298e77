// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "tollgate/base/time_zone.hpp"
#include "tollgate/ledger/rollup.hpp"
#include "tollgate/reports/deployment_models.hpp"
#include "tollgate/reports/usage_groups.hpp"
#include "tollgate/reports/usage_row.hpp"

namespace tollgate::reports {

/// Sums shares into the rows of a report.
///
/// A record whose answer named no model counts under one that DeploymentModels finds.
///
/// What no operation pays of an hour of capacity has rows of its own with a label in place of a
/// name (UsageGroups::labelled), whatever the groups are.
///
/// Where all that has a cost has one currency, what has none stands in the same rows; else rows are
/// divided by currency, and those without one are what has no amount.
class UsageSums {
 public:
  /// Both outlive the sums.
  UsageSums(const UsageGroups& groups, const TimeZone& zone)
      : groups_(groups), zone_(zone), place_of_model_(groups.place_of_model()) {}

  void add(const ledger::UsageShare& share);
  /// The rows, sorted by their keys and then by currency.
  std::vector<UsageRow> rows() const;

 private:
  struct Sums {
    ledger::RollupSums all;
    ledger::RollupSums estimated;
    Int128 free = 0;
    Int128 priced_otherwise = 0;
    Int128 priced = 0;  ///< operations by the basis of their cost, those with an amount
    Int128 partial = 0;
    Int128 unpriced = 0;
    Int128 allocated_later = 0;
    Int128 never_shared = 0;  ///< of them
  };
  struct Key {
    std::vector<std::string> keys;  ///< those of the row, with its currency behind
    RowKind kind = RowKind::operations;
    DeploymentModels::Deployment unnamed;  ///< whose model is to stand in the place of the model

    auto operator<=>(const Key&) const = default;
  };

  Sums& sums_for(const ledger::UsageShare& share);
  Sums& find(const ledger::UsageShare& share);
  std::size_t time_number(UtcTime time);
  std::optional<std::string> only_currency() const;
  static UsageRow row_of(const Sums& sums);

  const UsageGroups& groups_;
  const TimeZone& zone_;
  std::optional<std::size_t> place_of_model_;
  std::map<Key, Sums> sums_;
  DeploymentModels models_;
  /// Where shares of equal group and time keys go, by the number of the keys and the group; what
  /// they are is looked at once.
  std::vector<std::unordered_map<std::int64_t, Sums*>> known_;
  std::map<std::vector<std::string>, std::size_t> time_keys_;
  std::unordered_map<std::int64_t, std::size_t> time_numbers_;  ///< by times in microseconds
};

}  // namespace tollgate::reports
