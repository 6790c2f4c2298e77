// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "tollgate/quotas/quota_state.hpp"
#include "tollgate/shared_quotas/shared_quotas.hpp"

// How limits stand in the store that replicas share, for operators. Pure.
namespace tollgate::app {

/// Of the same limit and window; null: the store has not said.
const shared_quotas::StoredState* find_state(const std::vector<shared_quotas::StoredState>& states,
                                             const quotas::LimitState& of);
/// In the limit's measure.
std::int64_t had_ahead_of(const std::vector<shared_quotas::HadAhead>& ahead,
                          const quotas::LimitKey& key);
/// What all have of it, who has how much, and how old that is.
nlohmann::ordered_json stored_json(const shared_quotas::StoredState& state, UtcTime now);

}  // namespace tollgate::app
