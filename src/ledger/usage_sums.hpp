// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tollgate/base/time.hpp"
#include "tollgate/ledger/ledger_reader.hpp"
#include "tollgate/ledger/usage_groups.hpp"

namespace tollgate::ledger {

/// Adds one row's sums to another's; keys and averages stay.
void add_row(UsageRow& to, const UsageRow& row);

/// Sums records into the rows of a report.
///
/// A record whose answer named no model (an error, or none came) holds its deployment's name in
/// that place. So that failures do not show one model under several names, it counts under the
/// model that the deployment named last among the records of this report; if it never did, under
/// the deployment's name.
class UsageSums {
 public:
  /// The groups outlive the sums.
  explicit UsageSums(const UsageGroups& groups)
      : groups_(groups), place_of_model_(groups.place_of_model()) {}

  void add(const usage::UsageRecord& record);
  /// The rows, sorted by their keys.
  std::vector<UsageRow> rows() const;

 private:
  using Deployment = std::pair<std::string, std::string>;  ///< its backend, its name
  struct Named {
    UtcTime when;
    std::string model;
  };
  /// The keys of a row, and whose deployment's model is to stand in the place of the model.
  using Key = std::pair<std::vector<std::string>, Deployment>;

  const UsageGroups& groups_;
  std::optional<std::size_t> place_of_model_;
  std::map<Key, UsageRow> sums_;
  std::map<Deployment, Named> named_;
};

}  // namespace tollgate::ledger
