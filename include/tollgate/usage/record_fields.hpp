// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <string_view>
#include <tuple>
#include <type_traits>

#include "tollgate/usage/usage_record.hpp"

// Every field of a record, declared once. The codec of journals and blocks, the rows that
// are sent, the sums over a batch, the table and rule under deploy/ and the tables in docs/ follow
// from this list or are held to it by a test. CONTRIBUTING.md says how to add a token class.
namespace tollgate::usage {

/// How a count adds up: not at all, by itself, or within another count, to which it must not be
/// added again.
enum class Sum { never, whole, part_of_prompt, part_of_completion };

/// What a field says of what the operation costs: nothing, what it comes to, how that was worked
/// out, or what it may come to until that is known.
enum class CostPart { none, amount, origin, provisional };

/// What is known of a field besides its value. Names and numbers reach invoices and disks: add,
/// never change.
struct RecordField {
  int number;               ///< in journals (docs/ledger-format.md); never used a second time
  std::string_view name;    ///< in docs/ledger-format.md
  std::string_view column;  ///< in rows and in Azure's table; empty: the gateway's own, not sent
  Sum sum;
  std::string_view meaning;  ///< for docs/usage-records.md
  CostPart cost = CostPart::none;
};

/// A field with the member that holds it: one of UsageRecord, or of its TokenCounts.
template <class Member>
struct FieldOf : RecordField {
  Member member;

  template <class Record>
  constexpr auto& of(Record& record) const {
    if constexpr (std::is_invocable_v<Member, Record&>) {
      return record.*member;
    } else {
      return record.tokens.*member;
    }
  }
};

template <class Member>
constexpr FieldOf<Member> field(const RecordField& field, Member member) {
  return {field, member};
}

// clang-format off
inline constexpr std::tuple kRecordFields{
    field({1, "record_id", "RecordId", Sum::never,
        "The operation's identity (UUIDv7). Clients see it as `x-request-id` where "
        "Tollgate itself answers."},
        &UsageRecord::record_id),
    field({2, "event_time", "EventTime", Sum::never,
        "When the request was accepted, by the gateway's clock."},
        &UsageRecord::event_time),
    field({3, "gateway", "Gateway", Sum::never,
        "`gateway.name` of the gateway that served it."},
        &UsageRecord::gateway),
    field({4, "client_name", "ClientName", Sum::never,
        "Who pays: `clients[].name`."},
        &UsageRecord::client_name),
    field({5, "tags", "Tags", Sum::never,
        "`clients[].tags`: cost centre, organisation, application."},
        &UsageRecord::tags),
    field({6, "auth_method", "AuthMethod", Sum::never,
        "`api_key`, `entra`, `custom_header` or `client_certificate`."},
        &UsageRecord::auth_method),
    field({7, "caller_proof", "CallerProof", Sum::never,
        "`verified`: proven to Tollgate. `backend_accepted`: claims of a token that "
        "Tollgate passed on unchecked and the backend accepted. `asserted`: such claims, "
        "when it answered otherwise than with 2xx, or not at all."},
        &UsageRecord::caller_proof),
    field({8, "caller_ip_address", "CallerIpAddress", Sum::never,
        "The full address: the TCP peer, or what a trusted proxy says of it in "
        "X-Forwarded-For or Forwarded."},
        &UsageRecord::caller_ip_address),
    field({9, "caller_tenant_id", "CallerTenantId", Sum::never,
        "Entra callers: the token's `tid`."},
        &UsageRecord::caller_tenant_id),
    field({10, "caller_app_id", "CallerAppId", Sum::never,
        "Entra callers: the application, `appid` or `azp`."},
        &UsageRecord::caller_app_id),
    field({11, "caller_object_id", "CallerObjectId", Sum::never,
        "Entra callers: `oid`."},
        &UsageRecord::caller_object_id),
    field({12, "caller_custom_id", "CallerCustomId", Sum::never,
        "The custom header's value; beside a key or token it is the caller's word only. "
        "With `client_certificate`, the name in it that matched: `uri:...`, `dns:...` or "
        "`subject:...`."},
        &UsageRecord::caller_custom_id),
    field({13, "end_user", "EndUser", Sum::never,
        "`user` or `safety_identifier` out of the request, else the first of "
        "`authentication.end_user_headers` that is there: the client's word."},
        &UsageRecord::end_user),
    field({14, "conversation_id", "ConversationId", Sum::never,
        "`x-conversation-id` of the request, else its `conversation`: the client's word. Else that "
        "of the response, thread or conversation that it goes on with, or its id; of the first "
        "one, the id of what it made."},
        &UsageRecord::conversation_id),
    field({15, "operation_id", "OperationId", Sum::never,
        "`ChatCompletions_Create`, `Completions_Create`, `Embeddings_Create`, "
        "`Responses_Create`, ...: one per kind of request, "
        "`src/operations/operation_table.cpp` has all."},
        &UsageRecord::operation_id),
    field({16, "api_version", "ApiVersion", Sum::never,
        "`api-version` of the request; empty on `/openai/v1/` without one."},
        &UsageRecord::api_version),
    field({17, "requested_model", "RequestedModel", Sum::never,
        "What the client asked for."},
        &UsageRecord::requested_model),
    field({18, "backend", "Backend", Sum::never,
        "`backends[].name` that answered, or was tried last."},
        &UsageRecord::backend),
    field({19, "backend_deployment", "BackendDeployment", Sum::never,
        "The deployment there."},
        &UsageRecord::backend_deployment),
    field({20, "backend_region", "BackendRegion", Sum::never,
        "`backends[].region`."},
        &UsageRecord::backend_region),
    field({21, "backend_tier", "BackendTier", Sum::never,
        "`backends[].tier`, such as `ptu` or `standard`."},
        &UsageRecord::backend_tier),
    field({22, "model", "Model", Sum::never,
        "The served model with its version; the deployment's name where the backend does "
        "not tell."},
        &UsageRecord::model),
    field({23, "stream", "Stream", Sum::never,
        "The client asked for a stream with `stream`; speech that was asked for as "
        "events (`stream_format`) is not marked."},
        &UsageRecord::stream),
    field({24, "status_code", "StatusCode", Sum::never,
        "What the client was sent; 0: nothing."},
        &UsageRecord::status_code),
    field({25, "outcome", "Outcome", Sum::never,
        "See above."},
        &UsageRecord::outcome),
    field({26, "error_code", "ErrorCode", Sum::never,
        "The backend's error code, or Tollgate's word for why there was no answer."},
        &UsageRecord::error_code),
    field({27, "finish_reason", "FinishReason", Sum::never,
        "`stop`, `length`, `content_filter`, ...; Responses: their status, or why they "
        "are incomplete."},
        &UsageRecord::finish_reason),
    field({28, "prompt_tokens", "PromptTokens", Sum::whole,
        "Tokens in (Responses: `input_tokens`)."},
        &TokenCounts::prompt),
    field({29, "completion_tokens", "CompletionTokens", Sum::whole,
        "Tokens out (Responses: `output_tokens`)."},
        &TokenCounts::completion),
    field({30, "total_tokens", "TotalTokens", Sum::whole,
        "As reported."},
        &TokenCounts::total),
    field({31, "cached_prompt_tokens", "CachedPromptTokens", Sum::part_of_prompt,
        "Part of `PromptTokens`."},
        &TokenCounts::cached_prompt),
    field({32, "reasoning_tokens", "ReasoningTokens", Sum::part_of_completion,
        "Part of `CompletionTokens`."},
        &TokenCounts::reasoning),
    field({33, "prompt_audio_tokens", "PromptAudioTokens", Sum::part_of_prompt,
        "Part of `PromptTokens`."},
        &TokenCounts::prompt_audio),
    field({34, "completion_audio_tokens", "CompletionAudioTokens", Sum::part_of_completion,
        "Part of `CompletionTokens`."},
        &TokenCounts::completion_audio),
    field({35, "image_tokens", "ImageTokens", Sum::part_of_prompt,
        "Part of `PromptTokens`."},
        &TokenCounts::image),
    field({36, "accepted_prediction_tokens", "AcceptedPredictionTokens", Sum::part_of_completion,
        "Part of `CompletionTokens`."},
        &TokenCounts::accepted_prediction),
    field({37, "rejected_prediction_tokens", "RejectedPredictionTokens", Sum::part_of_completion,
        "Part of `CompletionTokens`: charged, not shown to the client."},
        &TokenCounts::rejected_prediction),
    field({38, "usage_basis", "UsageBasis", Sum::never,
        "See above."},
        &UsageRecord::usage_basis),
    field({39, "usage_reason", "UsageReason", Sum::never,
        "See above."},
        &UsageRecord::usage_reason),
    field({40, "duration_ms", "DurationMs", Sum::never,
        "From the request's head to the answer's end."},
        &UsageRecord::duration_ms),
    field({41, "time_to_first_byte_ms", "TimeToFirstByteMs", Sum::never,
        "To the first byte sent to the client; empty when it had left or no backend "
        "answered."},
        &UsageRecord::time_to_first_byte_ms),
    field({42, "gateway_overhead_ms", "GatewayOverheadMs", Sum::never,
        "The part of it that was not the backend's; empty when no backend answered."},
        &UsageRecord::gateway_overhead_ms),
    field({43, "request_bytes", "RequestBytes", Sum::never,
        "The request's body, as the client sent it."},
        &UsageRecord::request_bytes),
    field({44, "response_bytes", "ResponseBytes", Sum::never,
        "The answer's body, as sent to the client."},
        &UsageRecord::response_bytes),
    field({45, "attempts", "Attempts", Sum::never,
        "Every try in order: `Backend`, `Deployment`, `Region`, `Tier`, `Status` (0: no "
        "answer; of a stream that failed with its first events, the status they mean), "
        "`DurationMs`, `Error` (why there was no answer, or the stream's word for it), "
        "`RetryAfterMs` (what the backend asked for), `Sent` (the request, or a part of "
        "it, left)."},
        &UsageRecord::attempts),
    field({46, "backend_request_id", "BackendRequestId", Sum::never,
        "`apim-request-id` of the answer: finds the operation in Azure's own logs."},
        &UsageRecord::backend_request_id),
    field({47, "correlation_id", "CorrelationId", Sum::never,
        "The client's own id: `x-ms-client-request-id`, `x-correlation-id`, "
        "`x-request-id`, or the trace id of `traceparent`."},
        &UsageRecord::correlation_id),
    field({48, "response_id", "ResponseId", Sum::never,
        "The answer's own id: `chatcmpl-...`, `resp_...`, `run_...`, `batch_...`."},
        &UsageRecord::response_id),
    field({49, "follow_path", "", Sum::never,
        "Where the backend tells what work that went on took in the end: path and query."},
        &UsageRecord::follow_path),
    field({51, "stored_objects", "", Sum::never,
        "Ids of the objects that the operation left on its backend."},
        &UsageRecord::stored_objects),
    field({52, "cache_write_tokens", "CacheWriteTokens", Sum::part_of_prompt,
        "Part of `PromptTokens`: written into the cache."},
        &TokenCounts::cache_write),
    field({53, "completion_image_tokens", "CompletionImageTokens", Sum::part_of_completion,
        "Part of `CompletionTokens`: the images made."},
        &TokenCounts::completion_image),
    field({54, "service_tier", "ServiceTier", Sum::never,
        "The tier that served the request, as the answer names it: `default`, `priority`, "
        "`flex`. Tiers have their own prices."},
        &UsageRecord::service_tier),
    field({55, "served_deployment", "ServedDeployment", Sum::never,
        "The deployment that really served, when the backend tells (`x-ms-deployment-name`): "
        "another than `BackendDeployment` when the request was spilled over."},
        &UsageRecord::served_deployment),
    field({56, "spilled_over", "SpilledOver", Sum::never,
        "The backend passed the request on from a provisioned deployment to a standard one "
        "(`x-ms-is-spilled-over`): it is billed by token there."},
        &UsageRecord::spilled_over),
    field({57, "audit_level", "AuditLevel", Sum::never,
        "What the audit trail keeps of the exchange: `off`, `metadata`, `redacted` or `full`."},
        &UsageRecord::audit_level),
    field({58, "requested_service_tier", "RequestedServiceTier", Sum::never,
        "`service_tier` of the request; `ServiceTier` is the one that served, and is billed."},
        &UsageRecord::requested_service_tier),
    field({59, "sku", "Sku", Sum::never,
        "`sku` of the target that served (`models[].targets[].sku`); empty when the "
        "configuration does not say, also for where a request was spilled over to."},
        &UsageRecord::sku),
    field({60, "cached_audio_tokens", "CachedAudioTokens", Sum::part_of_prompt,
        "Part of `PromptAudioTokens` and of `CachedPromptTokens`."},
        &TokenCounts::cached_audio),
    field({61, "cached_image_tokens", "CachedImageTokens", Sum::part_of_prompt,
        "Part of `ImageTokens` and of `CachedPromptTokens`."},
        &TokenCounts::cached_image),
    field({62, "audio_duration_ms", "AudioDurationMs", Sum::never,
        "Length of the audio that was listened to, where it is billed by that."},
        &UsageRecord::audio_duration_ms),
    field({63, "web_search_calls", "WebSearchCalls", Sum::never,
        "Calls of the built-in tool in the answer; empty: none."},
        &UsageRecord::web_search_calls),
    field({64, "file_search_calls", "FileSearchCalls", Sum::never,
        "Calls of the built-in tool in the answer; empty: none."},
        &UsageRecord::file_search_calls),
    field({65, "code_interpreter_calls", "CodeInterpreterCalls", Sum::never,
        "Calls of the built-in tool in the answer; empty: none. Azure bills their sessions, "
        "which several answers may share."},
        &UsageRecord::code_interpreter_calls),
    field({66, "longest_prompt_tokens", "LongestPromptTokens", Sum::never,
        "Of a batch: tokens in of its largest request, for the price of long prompts."},
        &UsageRecord::longest_prompt_tokens),
    field({67, "cost_nano", "CostNano", Sum::whole,
        "What it cost, in 10^-9 of the currency; empty: not known, which is not 0. "
        "[cost.md](cost.md) has the formula.", CostPart::amount},
        &UsageRecord::cost_nano),
    field({68, "cost_currency", "CostCurrency", Sum::never,
        "The currency of the price list; empty without a cost.", CostPart::amount},
        &UsageRecord::cost_currency),
    field({69, "cost_components", "CostComponents", Sum::never,
        "The multiplication: `Class`, `Quantity`, `Price` for `Per` of it, `Percent` of a "
        "negotiated adjustment, `CostNano`. Their `CostNano` add up to the record's.",
        CostPart::origin},
        &UsageRecord::cost_components),
    field({70, "price_id", "PriceId", Sum::never,
        "Names the entry of the price list for ever: a hash of all that decides an amount.",
        CostPart::origin},
        &UsageRecord::price_id),
    field({71, "cost_basis", "CostBasis", Sum::never,
        "`priced`; `partial`: something that was used has no price or is not counted; "
        "`unpriced`; `allocated_later`: capacity that is paid by the hour.", CostPart::amount},
        &UsageRecord::cost_basis),
    field({72, "cost_reason", "CostReason", Sum::never,
        "Why the basis is not `priced`: the words of [cost.md](cost.md), commas between.",
        CostPart::origin},
        &UsageRecord::cost_reason),
    field({73, "images", "Images", Sum::never,
        "Whole images in the answer; empty: none. Where the answer tells tokens, these are billed."},
        &UsageRecord::images),
    field({74, "image_size", "ImageSize", Sum::never,
        "Their size, `1024x1024`: as the answer has it, else the request; empty: neither says one."},
        &UsageRecord::image_size),
    field({75, "image_quality", "ImageQuality", Sum::never,
        "Their quality, `standard`, `hd`, `low`, `medium`, `high`: likewise."},
        &UsageRecord::image_quality),
    field({76, "characters", "Characters", Sum::never,
        "Length of the text to be spoken, in Unicode code points. Where the answer tells tokens, "
        "these are billed."},
        &UsageRecord::characters),
    field({77, "computer_use_calls", "ComputerUseCalls", Sum::never,
        "Calls of the built-in tool in the answer; empty: none. No price by the call is known "
        "(unverified): they are billed by their tokens."},
        &UsageRecord::computer_use_calls),
    field({78, "provisional_cost_nano", "ProvisionalCostNano", Sum::never,
        "Of `allocated_later`, until its adjustment is there: its share of what the hour's capacity "
        "can take, in 10^-9 of `ProvisionalCurrency`. Not to be added to `CostNano`.",
        CostPart::provisional},
        &UsageRecord::provisional_cost_nano),
    field({79, "provisional_currency", "ProvisionalCurrency", Sum::never,
        "The currency of `ProvisionalCostNano`; empty without one.", CostPart::provisional},
        &UsageRecord::provisional_currency)};
// clang-format on

/// One more than the highest number. The list is in the order of the numbers.
inline constexpr std::size_t kFieldNumbers = [] {
  int last = 0;
  std::apply(
      [&](const auto&... fields) { ((last = fields.number > last ? fields.number : -1), ...); },
      kRecordFields);
  return static_cast<std::size_t>(last) + 1;
}();
static_assert(kFieldNumbers > 50 && kFieldNumbers <= 256, "numbers rise, and fit into one byte");

/// The field that was number 50 until stored_objects became a list: a text of ids, a blank between
/// them. Journals and databases of that time hold it; it is read, and not written any more.
inline constexpr int kStoredObjectsAsText = 50;

/// Calls visit(const RecordField&, value) for every field of a record, in the list's order.
template <class Visitor, class Record>
requires std::same_as<std::remove_const_t<Record>, UsageRecord>
void visit_fields(Visitor&& visit, Record& record) {
  std::apply([&](const auto&... fields) { (visit(fields, fields.of(record)), ...); },
             kRecordFields);
}

/// Calls visit(const RecordField&, value, value of the other) for every field of two records.
template <class Visitor, class Record>
requires std::same_as<std::remove_const_t<Record>, UsageRecord>
void visit_fields(Visitor&& visit, Record& record, const UsageRecord& other) {
  std::apply(
      [&](const auto&... fields) { (visit(fields, fields.of(record), fields.of(other)), ...); },
      kRecordFields);
}

/// Calls visit(const RecordField&, member) for every token count; `member` points into TokenCounts.
template <class Visitor>
constexpr void visit_token_counts(Visitor&& visit) {
  const auto pass = [&]<class Member>(const FieldOf<Member>& field) {
    if constexpr (std::is_invocable_v<Member, TokenCounts&>) visit(field, field.member);
  };
  std::apply([&](const auto&... fields) { (pass(fields), ...); }, kRecordFields);
}

}  // namespace tollgate::usage
