// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "tollgate/base/time.hpp"
#include "tollgate/config/load.hpp"

namespace tollgate::app {

/// Whether the trail's path names what can be opened, or nothing yet. `in_use`: it is the trail of
/// the gateway that asks.
enum class TrailPlace { usable, faulty, in_use };

/// What keeps the audit trail from being opened: keys that are none of their kind, stand twice, or
/// are not those that the trail's content is under.
/// With their lines, as opening_faults(). Of a trail whose place is faulty only what the
/// configuration alone shows: the rest would name that fault again; of one that is in use, not
/// whether it is a backup.
std::vector<config::ConfigError> audit_faults(const config::Config& config,
                                              const config::SettingValues& settings,
                                              TrailPlace place);

/// What works and is hardly meant: a level `full` whose time is over, a key of pseudonyms that is
/// short enough to be guessed.
std::vector<config::ConfigError> audit_warnings(const config::Config& config,
                                                const config::SettingValues& settings, UtcTime now);

}  // namespace tollgate::app
