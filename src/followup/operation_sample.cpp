// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/followup/operation_sample.hpp"

#include <algorithm>

#include "tollgate/usage/filter_refusal.hpp"

namespace tollgate::followup {
namespace {

constexpr int kThrottled = 429;

void add_tokens(telemetry::OperationSample& out, const usage::TokenCounts& tokens) {
  out.prompt_tokens = tokens.prompt;
  out.completion_tokens = tokens.completion;
  out.cached_tokens = tokens.cached_prompt;
  out.reasoning_tokens = tokens.reasoning;
}

}  // namespace

telemetry::OperationSample operation_sample(const usage::UsageRecord& record, bool with_tokens) {
  telemetry::OperationSample out;
  out.client = record.client_name;
  out.operation = record.operation_id;
  out.requested_model = record.requested_model;
  out.served_model = record.model;
  out.outcome = to_string(record.outcome);
  out.error_code = record.error_code;
  out.status = record.status_code;
  if (with_tokens) add_tokens(out, record.tokens);
  out.duration_s = static_cast<double>(record.duration_ms) / 1000;
  if (record.time_to_first_byte_ms) {
    out.first_byte_s = static_cast<double>(*record.time_to_first_byte_ms) / 1000;
  }
  if (record.gateway_overhead_ms) out.overhead_s = *record.gateway_overhead_ms / 1000;
  out.stream = record.stream;
  out.finish_reason = record.finish_reason;
  out.filtered =
      record.finish_reason == usage::kContentFilter || usage::is_filter_word(record.error_code);
  out.throttled = static_cast<std::uint64_t>(
      std::count_if(record.attempts.begin(), record.attempts.end(),
                    [](const usage::Attempt& attempt) { return attempt.status == kThrottled; }));
  out.other_targets = record.attempts.empty() ? 0 : record.attempts.size() - 1;
  return out;
}

}  // namespace tollgate::followup
