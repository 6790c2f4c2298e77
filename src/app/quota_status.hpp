// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "tollgate/quotas/quota_state.hpp"

namespace tollgate::app {

/// A limit as it stands, as /admin/quotas has it. `currency`: of limits of money.
nlohmann::ordered_json state_json(const quotas::LimitState& state, const std::string& currency);

}  // namespace tollgate::app
