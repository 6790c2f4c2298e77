// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "tollgate/base/error.hpp"
#include "tollgate/config/config.hpp"
#include "tollgate/operations/request_target.hpp"
#include "tollgate/routing/route.hpp"

namespace tollgate::proxy {

/// The answer to an operation that the configuration answers: JSON that shows the models this
/// client may use, and nothing of the backends behind them. Error not_found: a model that is not
/// configured, or not for the client; forbidden: a list of what all clients made.
Result<std::string> answer_from_configuration(const operations::RequestTarget& target,
                                              const config::Config& config,
                                              const routing::RouteTable& routes,
                                              const config::Client& client);

}  // namespace tollgate::proxy
