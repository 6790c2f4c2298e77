// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include "tollgate/base/uuid.hpp"
#include "tollgate/usage/usage_record.hpp"

namespace tollgate::bench {

/// As a chat completion of everyday leaves it: about 700 bytes.
inline usage::UsageRecord everyday_record(UtcTime now) {
  usage::UsageRecord out;
  out.record_id = make_uuid_v7(now);
  out.event_time = now;
  out.gateway = "tollgate-7d9f";
  out.client_name = "retail-chatbot";
  out.tags = {{"cost_center", "4711"}, {"application", "chat"}};
  out.auth_method = "api_key";
  out.caller_proof = "primary";
  out.caller_ip_address = "10.21.33.7";
  out.operation_id = "ChatCompletions_Create";
  out.api_version = "2024-10-21";
  out.requested_model = "gpt-4o";
  out.backend = "sweden";
  out.backend_deployment = "gpt-4o-2024-11-20";
  out.backend_region = "swedencentral";
  return out;
}

inline void finish(usage::UsageRecord& out) {
  out.model = "gpt-4o-2024-11-20";
  out.status_code = 200;
  out.outcome = usage::Outcome::completed;
  out.finish_reason = "stop";
  out.tokens.prompt = 1234;
  out.tokens.completion = 321;
  out.tokens.total = 1555;
  out.tokens.cached_prompt = 1024;
  out.usage_basis = usage::UsageBasis::reported;
  out.duration_ms = 2345;
  out.time_to_first_byte_ms = 321;
  out.gateway_overhead_ms = 0.4;
  out.request_bytes = 5432;
  out.response_bytes = 4321;
  out.attempts = {{.backend = "sweden",
                   .deployment = "gpt-4o-2024-11-20",
                   .status = 200,
                   .duration_ms = 2344,
                   .sent = true}};
  out.backend_request_id = "c7b0a2f5-1d8e-4a57-9c9f-0f3a5d2b7e11";
  out.correlation_id = "c7b0a2f5-1d8e-4a57-9c9f-0f3a5d2b7e11";
  out.response_id = "chatcmpl-AbCdEfGhIjKlMnOpQrStUvWxYz012";
}

}  // namespace tollgate::bench
