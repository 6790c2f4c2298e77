// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
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

/// Of a word in a record (a model, an id, what a header says) as much as is kept, in bytes.
inline constexpr std::size_t kLongestWord = 256;

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

/// What a record's CostNano is. Journals hold the numbers, rows the words: neither ever changes.
enum class CostBasis {
  unpriced = 0,  ///< no amount: no price, or nothing known to multiply it with. Never 0
  partial = 1,   ///< less than all: something that was used has no price, or is not counted
  priced = 2,
  allocated_later = 3  ///< served from capacity that is paid by the hour
};

/// The word for it in rows; empty for a value that is none.
std::string_view to_string(Outcome outcome);
std::string_view to_string(AuditLevel level);
std::string_view to_string(CostBasis basis);
/// What a word or number means; nullopt when it is none.
std::optional<Outcome> outcome_from_string(std::string_view text);
std::optional<Outcome> outcome_from_number(std::int64_t number);
std::optional<UsageBasis> basis_from_string(std::string_view text);
std::optional<UsageBasis> basis_from_number(std::int64_t number);
std::optional<AuditLevel> audit_level_from_string(std::string_view text);
std::optional<AuditLevel> audit_level_from_number(std::int64_t number);
std::optional<CostBasis> cost_basis_from_string(std::string_view text);
std::optional<CostBasis> cost_basis_from_number(std::int64_t number);

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

/// One factor of a cost: so much of a class at its price.
struct CostComponent {
  std::string price_class;    ///< input, cached_input, ..., images, characters
  std::int64_t quantity = 0;  ///< tokens, characters, calls, images, or milliseconds
  std::string price;          ///< in currency units for `per` of the quantity, exact
  std::int64_t per = 1;
  std::string percent;         ///< added by a negotiated adjustment: "-12"; empty: none
  std::int64_t cost_nano = 0;  ///< those of a record add up to its CostNano

  bool operator==(const CostComponent&) const = default;
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
  AuditLevel audit_level = AuditLevel::off;       ///< what the audit trail keeps of it
  std::vector<std::string> stored_objects;        ///< no column: ids of what it left on its backend
  std::string requested_service_tier;             ///< `service_tier` of the request
  std::string sku;                                ///< of the deployment that served
  std::optional<std::int64_t> audio_duration_ms;  ///< billed by time
  std::optional<std::int64_t> web_search_calls;   ///< nullopt: none
  std::optional<std::int64_t> file_search_calls;  ///< likewise
  std::optional<std::int64_t> code_interpreter_calls;  ///< likewise
  std::optional<std::int64_t> longest_prompt_tokens;   ///< of what sums several requests
  std::optional<std::int64_t> cost_nano;               ///< nullopt: not known, which is not 0
  std::string cost_currency;                           ///< ISO 4217; empty without a cost
  std::vector<CostComponent> cost_components;
  std::string price_id;  ///< names the price entry for ever
  CostBasis cost_basis = CostBasis::unpriced;
  std::string cost_reason;                 ///< why the basis is not `priced`
  std::optional<std::int64_t> images;      ///< whole ones in the answer; nullopt: none
  std::string image_size;                  ///< image_size_word of the answer, else of the request
  std::string image_quality;               ///< image_quality_word, likewise
  std::optional<std::int64_t> characters;  ///< of the text to be spoken, by code points
  std::optional<std::int64_t> computer_use_calls;  ///< nullopt: none
  /// Of allocated_later: its share of what the hour's capacity can take. Never in a sum of costs.
  std::optional<std::int64_t> provisional_cost_nano;
  std::string provisional_currency;  ///< of it; empty without one

  bool operator==(const UsageRecord&) const = default;
};

/// Takes what an answer is billed for beside its tokens into the record.
void note_beside_tokens(UsageRecord& record, const UsageOutcome& outcome);

/// One JSON object with the column names of docs/usage-records.md; TimeGenerated equals EventTime.
/// Unknown counts are null. Valid UTF-8, no newline.
std::string to_json(const UsageRecord& record);

/// The JSON of the Tags, Attempts and CostComponents columns.
void append_json(std::string& out, const std::map<std::string, std::string>& tags);
void append_json(std::string& out, const std::vector<Attempt>& attempts);
void append_json(std::string& out, const std::vector<CostComponent>& components);

}  // namespace tollgate::usage
