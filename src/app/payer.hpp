// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>

#include "commands.hpp"
#include "tollgate/base/error.hpp"
#include "tollgate/usage/usage_record.hpp"

namespace tollgate::app {

/// Whose costs a statement tells: those of a client, of all clients with a tag, or of nobody, which
/// are those of unused capacity.
class Payer {
 public:
  /// Error invalid_input: the options name nobody, or two.
  static Result<Payer> parse(const StatementOptions& options);

  /// Of nobody also operations of hours of capacity that are not shared out, yet or by the
  /// configuration: what is left of these is not known, which its statement says.
  bool pays(const usage::UsageRecord& record) const;
  /// "client retail", "cost_center=4711".
  std::string words() const;
  /// The group whose values name payers of its kind; empty: there is no other of it.
  std::string group() const;
  /// Of one that used nothing. `clients` are the tags of the configuration's; `met`, what records
  /// of the time have in the group. Error invalid_input: there is no such payer, and who may have
  /// been meant.
  Result<void> known(const std::map<std::string, std::map<std::string, std::string>>& clients,
                     const std::set<std::string>& met) const;

 private:
  enum class Kind { client, tag, nobody };

  Kind kind_ = Kind::nobody;
  std::string name_;   ///< of the client or the tag
  std::string value_;  ///< of the tag
};

}  // namespace tollgate::app
