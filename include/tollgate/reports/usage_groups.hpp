// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tollgate/base/error.hpp"
#include "tollgate/base/time_zone.hpp"
#include "tollgate/usage/usage_record.hpp"

namespace tollgate::reports {

/// The names that there are, for a message: "client, model, ... or tag:NAME".
std::string usage_group_names();

/// What the rows of a report stand for: columns of the record under the names of the command line,
/// and times of the reporting time zone.
class UsageGroups {
 public:
  /// Error invalid_input: every name that is none, and what there is.
  static Result<UsageGroups> parse(std::span<const std::string> names);

  const std::vector<std::string>& names() const { return names_; }
  /// Of the names those of tags, without `tag:`, and where they stand.
  std::map<std::string, std::size_t> tags() const;
  /// Where `model` stands among them.
  std::optional<std::size_t> place_of_model() const;
  /// Whether roll-ups know them all; else only records do.
  bool in_rollups() const { return in_rollups_; }
  /// Whether one of them divides time.
  bool has_time() const { return has_time_; }
  /// Values, one for each name: those of the record, empty where it has none, and of a time in the
  /// zone.
  std::vector<std::string> keys_of(const usage::UsageRecord& record, UtcTime time,
                                   const TimeZone& zone) const;
  /// Keys of what no operation is of: the label in place of the first that is no time; of times
  /// alone there is no other, and it stands for all of them.
  std::vector<std::string> labelled(std::vector<std::string> keys, std::string_view label) const;
  /// The part of the keys that comes of the time: equal for two times exactly where the keys are.
  std::vector<std::string> time_keys(UtcTime time, const TimeZone& zone) const;

 private:
  using Value = std::string (*)(const usage::UsageRecord&, const std::string& name);
  using Label = std::string (*)(UtcTime, const TimeZone&);
  struct Part {
    Value value = nullptr;  ///< null: it is of the time
    Label label = nullptr;
  };

  std::vector<std::string> names_;
  std::vector<Part> parts_;
  bool in_rollups_ = true;
  bool has_time_ = false;
};

}  // namespace tollgate::reports
