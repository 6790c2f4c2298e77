// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tollgate/base/time.hpp"
#include "tollgate/routing/route.hpp"
#include "tollgate/routing/target_board.hpp"
#include "tollgate/telemetry/metrics.hpp"

// What the admin's pages say of targets and their health.
namespace tollgate::app {

/// /admin/routes: each model with its targets, and what is known of each, as one JSON object.
std::string routes_page(const routing::RouteTable& routes, const routing::TargetBoard& board,
                        SteadyTime now);

/// Models that no target can serve now, and targets that stay away for their failures or
/// refuse the gateway's own credential, a line each.
std::vector<std::string> routing_problems(const routing::RouteTable& routes,
                                          const routing::TargetBoard& board, SteadyTime now);

/// Each model's name, and whether a target could serve it now.
std::map<std::string, bool> usable_models(const routing::RouteTable& routes,
                                          const routing::TargetBoard& board, SteadyTime now);

/// What a scrape says of the targets.
telemetry::RoutingGauges routing_gauges(const routing::TargetBoard& board, SteadyTime now);

}  // namespace tollgate::app
