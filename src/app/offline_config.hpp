// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <set>
#include <string>

#include "tollgate/base/error.hpp"
#include "tollgate/config/config.hpp"
#include "tollgate/config/load.hpp"

// Commands that work beside a gateway need little of its configuration, and are needed most when
// something is wrong with it: each asks for its own setting alone.
namespace tollgate::app {

/// Reads a configuration for a command that uses no secret: those that this shell lacks must not
/// stop it.
config::LoadResult load_without_secrets(const std::string& path);

/// What stands for a secret that is not read: each reference has its own, for two clients must not
/// seem to share a key; 32 bytes in base64, as keys that encrypt are.
std::string stand_in(const std::string& reference);

/// The same for one that uses a secret: those that can be read here are, and `stand_ins` gets what
/// takes the place of the others.
config::LoadResult load_with_secrets_of_here(const std::string& path,
                                             std::set<std::string>& stand_ins);

/// Where a command finds the ledger: a configuration, the file itself, or both, and the latter
/// counts.
struct LedgerChoice {
  std::string config_path;
  std::string ledger;
};

/// One setting's value in a file that may be wrong elsewhere, which is then said on standard error.
/// `fallback` is its value in a file that does not give it. Error invalid_input: the file cannot be
/// read, or what is wrong may concern that setting; `option` is the one that does without the file.
struct SettingWanted {
  std::string setting;
  std::string fallback;
  std::string option;
};
Result<std::string> setting_in(const config::LoadResult& loaded, const std::string& path,
                               const SettingWanted& wanted);

/// The path of the ledger's database. Error invalid_input.
Result<std::string> find_ledger(const LedgerChoice& choice);

/// The zone of reports: the one named, else `reports.time_zone`, else UTC, with a warning where the
/// file cannot tell. Error invalid_input: there is no such zone.
Result<TimeZone> find_time_zone(const LedgerChoice& choice, const std::string& named);

/// The tags of all clients by the clients' names, as far as they can be read: other errors do not
/// matter. Empty where there is no configuration, or it cannot be read.
std::map<std::string, std::map<std::string, std::string>> clients_in(const LedgerChoice& choice);

/// The names of the tags of all clients, likewise.
std::set<std::string> tags_of_clients(const LedgerChoice& choice);

}  // namespace tollgate::app
