// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "tollgate/config/config.hpp"

namespace tollgate::config {

/// Some settings cannot change while the gateway runs: the number of its workers, where it listens,
/// where its ledger is. `next` keeps the running ones; everything else of it can be applied. A
/// listener is told by its address: one that is new waits, one that is gone goes on as it is.
/// Returns the paths of the settings that wait for a restart, as the reference marks them.
std::vector<std::string> keep_until_restart(const Config& running, Config& next);

}  // namespace tollgate::config
