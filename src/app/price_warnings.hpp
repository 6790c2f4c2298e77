// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "tollgate/config/load.hpp"

namespace tollgate::app {

/// What is suspicious about the prices of a configuration, though it can be used: no target is
/// paid by the hour or known to serve a model that has one; no target leads to a deployment of
/// prices.provisioned.
std::vector<config::ConfigError> price_warnings(const config::LoadResult& loaded, UtcTime now);

}  // namespace tollgate::app
