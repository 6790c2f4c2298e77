// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "tollgate/trail/audit_row.hpp"
#include "tollgate/trail/row_digest.hpp"

namespace tollgate::trail {

/// 2026-11-29T12:00:00Z.
inline constexpr std::int64_t kNoon = 1'795'953'600'000'000;

/// A request of the client team-a, at noon and as many microseconds.
inline AuditRow sample_row(std::int64_t number) {
  AuditRow out;
  out.event_time = from_unix_micros(kNoon + number);
  out.record_id = "record-" + std::to_string(number);
  out.kind = kind::kRequest;
  out.form = "raw";
  out.level = "redacted";
  out.source = "model";
  out.outcome = "completed";
  out.status_code = 200;
  out.client_name = "team-a";
  out.caller_id = "caller-a";
  out.caller_ip_address = "198.51.100.77";
  out.conversation_id = "conversation-a";
  out.operation_id = "ChatCompletions_Create";
  out.model = "gpt-4o";
  out.content_type = "application/json";
  out.content = "content of " + out.record_id;
  out.content_sha256 = to_hex(sha256(out.content));
  out.content_bytes = 12;
  out.redactions.text = R"({"email":2,"iban":1})";
  out.level_reason = "a reason";
  out.content_missing = "memory";
  out.finish_reasons.text = R"(["stop"])";
  return out;
}

}  // namespace tollgate::trail
