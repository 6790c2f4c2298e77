// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "tollgate/base/int128.hpp"
#include "tollgate/usage/usage_record.hpp"

namespace tollgate::reports {

/// Which model the records of a report count under: the one rule of all reports.
///
/// A record whose answer named no model (an error, or none came) holds its deployment's name in
/// that place. So that failures do not show one model under several names, it counts under the
/// model that most answers of the deployment named among the records of this report, of several the
/// later one; if none did, under the deployment's name.
class DeploymentModels {
 public:
  /// Its backend, its name.
  using Deployment = std::pair<std::string, std::string>;

  /// So many operations that have in common what `record` says, the last of them at `last_time`, in
  /// microseconds. What is no operation's names nothing.
  void note(const usage::UsageRecord& record, Int128 operations, std::int64_t last_time);

  /// Whose model stands in place of the record's own; both empty: its own stands.
  static Deployment unnamed(const usage::UsageRecord& record);

  /// By what was noted so far; null: no answer named one.
  const std::string* model_of(const Deployment& deployment) const;

 private:
  struct NamedModel {
    Int128 answers = 0;
    std::int64_t last_time = 0;
  };

  std::map<Deployment, std::map<std::string, NamedModel>> named_;
};

}  // namespace tollgate::reports
