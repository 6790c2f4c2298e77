// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tollgate/base/time.hpp"
#include "tollgate/base/uuid.hpp"
#include "tollgate/usage/usage_outcome.hpp"

namespace tollgate::usage {

/// How an operation ended. Journals hold the numbers, rows the words: neither ever changes.
enum class Outcome {
  completed = 0,
  client_aborted = 1,
  backend_error = 2,
  timeout = 3,
  refused = 4,
  interrupted = 5
};

/// How much of an exchange the audit trail keeps, from nothing up. Journals hold the numbers, rows
/// and the configuration the words: neither ever changes.
enum class AuditLevel {
  off = 0,
  metadata = 1,  ///< that it was, and how it ended
  redacted = 2,  ///< prompt and answer too, without what the redaction takes out
  full = 3       ///< prompt and answer as they were
};

/// The word for it in rows; empty for a value that is none.
std::string_view to_string(Outcome outcome);
std::string_view to_string(AuditLevel level);
/// What a word or number means; nullopt when it is none.
std::optional<Outcome> outcome_from_string(std::string_view text);
std::optional<Outcome> outcome_from_number(std::int64_t number);
std::optional<UsageBasis> basis_from_string(std::string_view text);
std::optional<UsageBasis> basis_from_number(std::int64_t number);
std::optional<AuditLevel> audit_level_from_string(std::string_view text);
std::optional<AuditLevel> audit_level_from_number(std::int64_t number);

/// The ids in a text that has a blank between each two, as older ledgers hold them.
std::vector<std::string> ids_in(std::string_view text);

/// One try at one backend within an operation.
struct Attempt {
  std::string backend;
  std::string deployment;
  int status = 0;  ///< 0: no answer
  std::int64_t duration_ms = 0;
  std::string error;  ///< errc name when there was no answer
  std::string region;
  std::string tier;
  std::optional<std::int64_t> retry_after_ms;  ///< what the backend asked for
  bool sent = false;  ///< the request, or a part of it, left for the backend

  bool operator==(const Attempt&) const = default;
};

/// The billing fact: one per operation that reached a backend. record_fields.hpp says of each
/// member what it is called and what it means. Strings from outside are already cut and sanitised.
struct UsageRecord {
  Uuid record_id;
  UtcTime event_time;  ///< when the request was accepted
  std::string gateway;
  std::string client_name;
  std::map<std::string, std::string> tags;
  std::string auth_method;
  std::string caller_proof;
  std::string caller_ip_address;
  std::string caller_tenant_id;
  std::string caller_app_id;
  std::string caller_object_id;
  std::string caller_custom_id;
  std::string end_user;
  std::string conversation_id;
  std::string operation_id;  ///< ChatCompletions_Create, ...
  std::string api_version;
  std::string requested_model;
  std::string backend;
  std::string backend_deployment;
  std::string backend_region;
  std::string backend_tier;
  std::string model;  ///< served
  bool stream = false;
  int status_code = 0;  ///< what the client was sent; 0: nothing
  Outcome outcome = Outcome::interrupted;
  std::string error_code;
  std::string finish_reason;
  TokenCounts tokens;
  UsageBasis usage_basis = UsageBasis::none;
  std::string usage_reason;
  std::int64_t duration_ms = 0;
  std::optional<std::int64_t> time_to_first_byte_ms;
  std::optional<double> gateway_overhead_ms;
  std::int64_t request_bytes = 0;   ///< body, as the client sent it
  std::int64_t response_bytes = 0;  ///< body, as sent to the client
  std::vector<Attempt> attempts;
  std::string backend_request_id;  ///< apim-request-id
  std::string correlation_id;
  std::string response_id;  ///< the answer's own id: chatcmpl-..., resp_..., run_..., batch_...
  /// No column. Not empty: the work went on when the answer ended; the backend tells here (path and
  /// query) what it took in the end, and the record waits for that (docs/life-of-a-request.md).
  std::string follow_path;
  std::string service_tier;       ///< as the answer names it
  std::string served_deployment;  ///< x-ms-deployment-name: another one's when it was spilled over
  bool spilled_over = false;      ///< x-ms-is-spilled-over
  AuditLevel audit_level = AuditLevel::off;  ///< what the audit trail keeps of it
  std::vector<std::string> stored_objects;   ///< no column: ids of what it left on its backend

  bool operator==(const UsageRecord&) const = default;
};

/// One JSON object with the column names of docs/usage-records.md; TimeGenerated equals EventTime.
/// Unknown counts are null. Valid UTF-8, no newline.
std::string to_json(const UsageRecord& record);

/// The JSON of the Tags and Attempts columns.
void append_json(std::string& out, const std::map<std::string, std::string>& tags);
void append_json(std::string& out, const std::vector<Attempt>& attempts);

}  // namespace tollgate::usage
