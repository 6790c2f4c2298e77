// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include "tollgate/usage/usage_record.hpp"

namespace tollgate::ledger {

/// Every field of a record, once: its number in journals, its column in SQLite, its member. Numbers are part
/// of the format (docs/ledger-format.md): add, never change or reuse.
template <class Visitor, class Record>
void visit_fields(Visitor&& visit, Record& r) {
  visit(1, "record_id", r.record_id);
  visit(2, "event_time", r.event_time);
  visit(3, "gateway", r.gateway);
  visit(4, "client_name", r.client_name);
  visit(5, "tags", r.tags);
  visit(6, "auth_method", r.auth_method);
  visit(7, "caller_proof", r.caller_proof);
  visit(8, "caller_ip_address", r.caller_ip_address);
  visit(9, "caller_tenant_id", r.caller_tenant_id);
  visit(10, "caller_app_id", r.caller_app_id);
  visit(11, "caller_object_id", r.caller_object_id);
  visit(12, "caller_custom_id", r.caller_custom_id);
  visit(13, "end_user", r.end_user);
  visit(14, "conversation_id", r.conversation_id);
  visit(15, "operation_id", r.operation_id);
  visit(16, "api_version", r.api_version);
  visit(17, "requested_model", r.requested_model);
  visit(18, "backend", r.backend);
  visit(19, "backend_deployment", r.backend_deployment);
  visit(20, "backend_region", r.backend_region);
  visit(21, "backend_tier", r.backend_tier);
  visit(22, "model", r.model);
  visit(23, "stream", r.stream);
  visit(24, "status_code", r.status_code);
  visit(25, "outcome", r.outcome);
  visit(26, "error_code", r.error_code);
  visit(27, "finish_reason", r.finish_reason);
  visit(28, "prompt_tokens", r.tokens.prompt);
  visit(29, "completion_tokens", r.tokens.completion);
  visit(30, "total_tokens", r.tokens.total);
  visit(31, "cached_prompt_tokens", r.tokens.cached_prompt);
  visit(32, "reasoning_tokens", r.tokens.reasoning);
  visit(33, "prompt_audio_tokens", r.tokens.prompt_audio);
  visit(34, "completion_audio_tokens", r.tokens.completion_audio);
  visit(35, "image_tokens", r.tokens.image);
  visit(36, "accepted_prediction_tokens", r.tokens.accepted_prediction);
  visit(37, "rejected_prediction_tokens", r.tokens.rejected_prediction);
  visit(38, "usage_basis", r.usage_basis);
  visit(39, "usage_reason", r.usage_reason);
  visit(40, "duration_ms", r.duration_ms);
  visit(41, "time_to_first_byte_ms", r.time_to_first_byte_ms);
  visit(42, "gateway_overhead_ms", r.gateway_overhead_ms);
  visit(43, "request_bytes", r.request_bytes);
  visit(44, "response_bytes", r.response_bytes);
  visit(45, "attempts", r.attempts);
  visit(46, "backend_request_id", r.backend_request_id);
  visit(47, "correlation_id", r.correlation_id);
  visit(48, "response_id", r.response_id);
  visit(49, "follow_path", r.follow_path);
  visit(50, "stored_objects", r.stored_objects);
}

/// One more than the highest number.
inline constexpr std::size_t kFieldCount = 51;

}  // namespace tollgate::ledger
