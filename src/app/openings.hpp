// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "tollgate/base/error.hpp"
#include "tollgate/base/time.hpp"
#include "tollgate/config/load.hpp"

namespace tollgate::app {

/// What keeps the gateway from opening the files that a configuration names, all of it, with the
/// line of the listener or backend: certificates, keys, keys that are another certificate's, the
/// ledger's directory. Looks only, and changes nothing: `tollgate check` runs beside a serving
/// gateway.
/// `settings`: those of the file, for their lines.
std::vector<config::ConfigError> opening_faults(const config::Config& config,
                                                const config::SettingValues& settings);

/// The same for a gateway that runs and is to take it on: what it has open already (addresses, the
/// ledger, the trail's place) is not looked at again, whatever has become of it. A listener that
/// waits for a restart is: the file could not be started with.
std::vector<config::ConfigError> loading_faults(const config::Config& config,
                                                const config::SettingValues& settings,
                                                const config::Config& running);

/// Of what such a look cannot show, or did not yet show then, an address that another process has,
/// say: the fault with the line of the setting that it is about, 0 where that is none.
config::ConfigError placed_fault(const config::Config& config,
                                 const config::SettingValues& settings, const Error& fault);

/// What keeps an exporter from delivering, as far as it can be seen here: a directory in which it
/// may not write, something else in the place of a directory or of the file that is written next.
/// No reason for a gateway not to start: its records wait.
std::vector<config::ConfigError> delivery_faults(const config::Config& config,
                                                 const config::SettingValues& settings,
                                                 UtcTime now);

/// What works and should not stay so: private keys that every user of the host may read,
/// certificates that expire soon, networks of every address that are trusted, targets that are no
/// second ones, and what keeps exporters from delivering.
std::vector<config::ConfigError> opening_warnings(const config::Config& config,
                                                  const config::SettingValues& settings,
                                                  UtcTime now);

/// What the file and its secrets show, and what the files that it names do.
std::vector<config::ConfigError> all_warnings(const config::LoadResult& loaded, UtcTime now);

/// The same without what a start tells by itself: a file of the ledger's that it notes as a loss.
std::vector<config::ConfigError> start_warnings(const config::LoadResult& loaded, UtcTime now);

/// As lines `config.warning`.
void log_warnings(const std::string& path, const std::vector<config::ConfigError>& warnings);

}  // namespace tollgate::app
