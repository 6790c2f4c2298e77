// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "tollgate/base/error.hpp"
#include "tollgate/quotas/quota_state.hpp"

// What operators call a limit.
namespace tollgate::app {

/// One text for each limit, by which the ledger knows it across restarts and changed amounts.
std::string key_text(const quotas::LimitKey& key);

/// "tokens/day", "cost/month", "in_flight", "tokens/minute/uncached_prompt": one of a subject's, as
/// long as it has no two of weighted tokens.
std::string limit_name(const quotas::Limit& limit);

/// The one limit that is meant. `subject`: a client, or what messages call it: "the gateway", "tag
/// cost_center=4711", "client retail, model gpt-4o". Error invalid_input or not_found says what
/// there is.
Result<quotas::LimitState> choose_limit(const std::vector<quotas::LimitState>& states,
                                        const std::string& subject, const std::string& limit);

/// Above 0, in the limit's own measure: money is a decimal number. Error invalid_input.
Result<std::int64_t> parse_amount(const std::string& text, const quotas::Limit& limit);

}  // namespace tollgate::app
