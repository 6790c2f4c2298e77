// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <initializer_list>
#include <map>
#include <string>
#include <vector>

namespace tollgate::config {

/// A setting as it is in force.
struct SettingValue {
  std::string
      value;  ///< written one way whatever the file's; of a secret its SHA-256; of a mapping empty
  bool at_restart = false;  ///< a change takes effect at the next start
  bool given = false;       ///< by the file: not a default
  int line = 0;             ///< where the file gives it; 0: it does not
};

/// Every setting of a configuration, defaults included, by its path. Entries of lists go by their
/// names, so that a new one moves no other: "clients[retail].models".
using SettingValues = std::map<std::string, SettingValue>;

/// The line of the first of the paths that the file gives; 0: it gives none.
int line_given(const SettingValues& settings, std::initializer_list<std::string> paths);

/// How one setting differs between two configurations.
struct SettingChange {
  enum class Kind { added, removed, changed };
  Kind kind = Kind::changed;
  std::string path;  ///< of an added or removed mapping its own, for all below it
  bool at_restart = false;

  bool operator==(const SettingChange&) const = default;
};

/// By path. Never a value: those of secrets are none of a log's business, and the file shows the
/// others.
std::vector<SettingChange> differences(const SettingValues& before, const SettingValues& after);

/// One line: "changed gateway.workers (takes effect at restart)".
std::string to_string(const SettingChange& change);
/// The same where a gateway runs: `waiting` are the settings that wait for its restart. Of the
/// others that take effect at one, the value is what runs: "(the gateway runs so already)".
std::string to_string(const SettingChange& change, const std::vector<std::string>& waiting);

}  // namespace tollgate::config
