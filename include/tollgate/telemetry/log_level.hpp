// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

namespace tollgate::telemetry::log {

/// What is wrong with TOLLGATE_LOG, for the one who set it; nullopt: it is a level, or not set.
std::optional<std::string> level_fault();

}  // namespace tollgate::telemetry::log
