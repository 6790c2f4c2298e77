// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "tollgate/config/load.hpp"

namespace tollgate::app {

/// What is suspicious about the prices of a configuration, though it can be used: no target has one
/// now or is paid by the hour.
std::vector<config::ConfigError> price_warnings(const config::LoadResult& loaded, UtcTime now);

}  // namespace tollgate::app
