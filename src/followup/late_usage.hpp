// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tollgate/usage/usage_outcome.hpp"
#include "tollgate/usage/usage_record.hpp"

namespace tollgate::followup {

/// Fills in what the work's object says in the end. What was counted already stands where the
/// object does not say it better. `served_model`: x-ms-served-model; empty: the answer had none.
void take_outcome(usage::UsageRecord& record, usage::UsageOutcome outcome,
                  std::string_view served_model);

/// Nobody will tell any more: what was counted when it began stands, with what was guessed in it.
void end_waiting(usage::UsageRecord& record, std::string_view why);

/// What a response that went on in the background was made of in the end.
void note_parts(usage::UsageRecord& record, const std::vector<std::string>& parts);

}  // namespace tollgate::followup
