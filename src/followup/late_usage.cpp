// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "late_usage.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "tollgate/base/text.hpp"
#include "tollgate/followup/follow.hpp"
#include "tollgate/usage/object_state.hpp"

namespace tollgate::followup {

void take_outcome(usage::UsageRecord& record, usage::UsageOutcome outcome,
                  std::string_view served_model) {
  // A prompt alone does not stand where the work was cancelled or failed, maybe before it began.
  const bool worked = record.tokens.completion || usage::has_worked(outcome.status);
  const bool counted = record.usage_basis == usage::UsageBasis::estimated && worked;
  if (!counted || outcome.basis != usage::UsageBasis::none) {
    note_beside_tokens(record, outcome);
    record.tokens = outcome.tokens;
    record.usage_basis = outcome.basis;
  }
  record.usage_reason = std::move(outcome.reason);
  if (!outcome.service_tier.empty()) record.service_tier = std::move(outcome.service_tier);
  if (!outcome.finish_reason.empty()) record.finish_reason = std::move(outcome.finish_reason);
  if (!outcome.error_code.empty()) record.error_code = std::move(outcome.error_code);
  if (!served_model.empty()) {
    record.model = whole_word(served_model, usage::kLongestWord, kTooLong);
  } else if (!outcome.model.empty()) {
    record.model = std::move(outcome.model);
  }
}

void end_waiting(usage::UsageRecord& record, std::string_view why) {
  std::string& reason = record.usage_reason;
  reason.replace(0, std::min(reason.find(','), reason.size()), why);
}

void note_parts(usage::UsageRecord& record, const std::vector<std::string>& parts) {
  std::copy_if(parts.begin(), parts.end(), std::back_inserter(record.stored_objects), is_object_id);
}

}  // namespace tollgate::followup
