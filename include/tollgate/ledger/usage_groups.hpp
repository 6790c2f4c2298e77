// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tollgate/base/error.hpp"
#include "tollgate/usage/usage_record.hpp"

namespace tollgate::ledger {

/// The names that there are, for a message: "client, model, ... or tag:NAME".
std::string usage_group_names();

/// What the rows of a report stand for: columns of the record under the names of the command line.
class UsageGroups {
 public:
  /// Error invalid_input: every name that is none, and what there is.
  static Result<UsageGroups> parse(std::span<const std::string> names);

  const std::vector<std::string>& names() const { return names_; }
  /// Of the names those of tags, without `tag:`, and where they stand.
  std::map<std::string, std::size_t> tags() const;
  /// Where `model` stands among them.
  std::optional<std::size_t> place_of_model() const;
  /// The record's values, one for each name; empty where it has none.
  std::vector<std::string> keys_of(const usage::UsageRecord& record) const;

 private:
  using Value = std::string (*)(const usage::UsageRecord&, const std::string& name);

  std::vector<std::string> names_;
  std::vector<Value> values_;
};

}  // namespace tollgate::ledger
