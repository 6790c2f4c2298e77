// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "record_builder.hpp"

#include <algorithm>
#include <utility>

#include "key_in_text.hpp"
#include "record_words.hpp"
#include "tollgate/base/text.hpp"
#include "tollgate/http/client_address.hpp"
#include "tollgate/http/trace_context.hpp"
#include "tollgate/operations/id_words.hpp"
#include "tollgate/usage/conversation_id.hpp"
#include "tollgate/usage/reasons.hpp"
#include "tollgate/usage/usage_record.hpp"

namespace tollgate::proxy {
namespace {

/// How much of a word is kept, and how much is looked through for keys before it is cut: half a key
/// would be found by nothing.
constexpr std::size_t kLongestWordSeen = 2 * usage::kLongestWord;

/// Not cut yet to what is kept of it.
std::string text_field(const http::RequestHead& head, std::string_view name) {
  return sanitize_utf8(head.find(name), kLongestWordSeen);
}

/// Of the configured headers the first that says anything.
std::string end_user_field(const http::RequestHead& head, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    std::string value = text_field(head, name);
    if (!value.empty()) return value;
  }
  return {};
}

void note_caller(usage::UsageRecord& record, const auth::Caller& caller) {
  record.client_name = caller.client->name;
  record.tags = caller.client->tags;
  record.auth_method = to_string(caller.method);
  record.caller_proof = to_string(caller.proof);
  record.caller_tenant_id = caller.tenant_id;
  record.caller_app_id = caller.app_id;
  record.caller_object_id = caller.object_id;
  record.caller_custom_id = caller.custom_id;
}

void note_backend(usage::UsageRecord& record, const routing::Candidate& candidate) {
  record.backend = candidate.backend->name;
  record.backend_deployment = candidate.deployment;
  record.backend_region = candidate.backend->region;
  record.backend_tier = candidate.backend->tier;
}

/// An answer that is no success costs nothing, whatever its body is (a proxy's page, nothing at
/// all), unless it says something of usage. A prompt that the content filter refused is charged
/// (azure-protocol.md 2.6), and only its body tells: a 400 that could not be read is left unknown.
bool is_free_by_status(int status, const usage::UsageOutcome& outcome) {
  if (status < 300 || outcome.basis != usage::UsageBasis::none) return false;
  namespace reason = usage::reason;
  const bool unread =
      outcome.reason == reason::kEncodedAnswer || outcome.reason == reason::kAnswerCutOff;
  const bool says_usage = outcome.reason == reason::kUsageMalformed ||
                          outcome.reason == reason::kUsageTooLarge ||
                          outcome.reason == reason::kBilledByDuration;
  return !says_usage && !(unread && status == 400);
}

/// What the request says of that by which it may be billed.
void note_measures(usage::UsageRecord& record, const IntentFacts& facts) {
  const operations::CountedBy counted_by = facts.wanted.target.operation->api->counted_by;
  if (facts.wanted.scan == nullptr) return;
  if (counted_by == operations::CountedBy::images) {
    record.image_size = facts.wanted.scan->image_size;
    record.image_quality = facts.wanted.scan->image_quality;
  } else if (counted_by == operations::CountedBy::characters) {
    record.characters = usage::input_characters(facts.body, *facts.wanted.scan);
  }
}

/// In every text that is the client's own; then they are cut.
void hide_keys(usage::UsageRecord& record, const config::Config& config) {
  const auto hide = [&](std::string& text) {
    text = sanitize_utf8(without_key(std::move(text), config), usage::kLongestWord);
  };
  // Before it is cut as the others are, which leaves it then as it is.
  record.conversation_id =
      usage::kept_conversation(without_key(std::move(record.conversation_id), config));
  for (std::string* const text : client_words(record)) hide(*text);
  hide(record.caller_custom_id);
}

}  // namespace

std::string correlation_id(const http::RequestHead& head) {
  for (const std::string_view name :
       {"x-ms-client-request-id", "x-correlation-id", "x-request-id"}) {
    const std::string_view value = head.find(name);
    if (!value.empty()) return sanitize_utf8(value, kLongestWordSeen);
  }
  return std::string(http::read_trace_context(head.fields).trace_id);
}

std::unique_ptr<usage::UsageRecord> make_intent(const IntentFacts& facts) {
  auto made = std::make_unique<usage::UsageRecord>();
  usage::UsageRecord& record = *made;
  record.record_id = facts.arrival.id;
  record.event_time = facts.arrival.accepted_at;
  record.gateway = facts.config.gateway.name;
  note_caller(record, facts.caller);
  record.caller_ip_address =
      http::client_address(facts.client.peer, facts.head.fields, facts.client.proxies);
  if (facts.wanted.scan != nullptr) {
    record.end_user = facts.wanted.scan->end_user;
    record.stream = facts.wanted.scan->stream;
    record.requested_service_tier = facts.wanted.scan->service_tier;
  }
  if (record.end_user.empty()) {
    record.end_user = end_user_field(facts.head, facts.config.authentication.end_user_headers);
  }
  record.conversation_id = facts.head.find("x-conversation-id");  // cut with the keys hidden
  if (record.conversation_id.empty() && facts.wanted.scan != nullptr) {
    record.conversation_id = facts.wanted.scan->conversation_id;
  }
  record.correlation_id = correlation_id(facts.head);
  record.operation_id = facts.wanted.target.operation->id;
  record.api_version = facts.wanted.target.api_version;
  record.request_bytes = static_cast<std::int64_t>(facts.body_size);
  note_measures(record, facts);
  hide_keys(record, facts.config);
  return made;
}

void note_destination(usage::UsageRecord& record, const Destination& destination,
                      const routing::Candidate& first) {
  record.requested_model = sanitize_utf8(destination.model, usage::kLongestWord);
  if (record.conversation_id.empty())
    record.conversation_id = sanitize_utf8(destination.conversation, usage::kLongestWord);
  note_candidate(record, first);
}

std::string begun_conversation(const usage::UsageRecord& record) {
  if (!record.conversation_id.empty()) return {};
  const auto found = std::ranges::find_if(record.stored_objects, operations::names_conversation);
  return found == record.stored_objects.end() ? std::string() : *found;
}

void note_candidate(usage::UsageRecord& record, const routing::Candidate& candidate) {
  note_backend(record, candidate);
  record.model = candidate.deployment;
}

void note_proof(usage::UsageRecord& record, int backend_status) {
  const bool is_accepted = backend_status >= 200 && backend_status < 300;
  if (record.caller_proof == to_string(auth::CallerProof::asserted) && is_accepted) {
    record.caller_proof = to_string(auth::CallerProof::backend_accepted);
  }
}

void note_answer(usage::UsageRecord& record, const upstream::Answer& answer) {
  note_backend(record, answer.candidate);
  note_proof(record, answer.head.status);
  record.backend_request_id = whole_word(answer.head.find("apim-request-id"), usage::kLongestWord);
  record.served_deployment =
      whole_word(answer.head.find("x-ms-deployment-name"), usage::kLongestWord);
  record.spilled_over = iequals(answer.head.find("x-ms-is-spilled-over"), "true");
}

void note_usage(usage::UsageRecord& record, usage::UsageOutcome outcome, int status,
                std::string_view served_model, operations::Metering metering) {
  if (is_free_by_status(status, outcome)) outcome.reason = usage::reason::kErrorAnswer;
  const bool counts =
      metering == operations::Metering::answer || metering == operations::Metering::follow;
  const bool is_spoken = record.characters && outcome.reason == usage::reason::kOpaqueBody;
  if (is_spoken) outcome.reason = usage::reason::kCountedByCharacter;
  if (counts) {
    usage::note_beside_tokens(record, outcome);
    record.tokens = outcome.tokens;
    record.usage_basis = outcome.basis;
    record.usage_reason = std::move(outcome.reason);
  } else if (outcome.reason == usage::reason::kErrorAnswer) {
    record.usage_reason = std::move(outcome.reason);
  } else {
    record.usage_reason = metering == operations::Metering::elsewhere
                              ? usage::reason::kCountedAtCreation
                              : usage::reason::kOperationWithoutTokens;
  }
  record.response_id = std::move(outcome.response_id);
  record.service_tier = std::move(outcome.service_tier);
  record.finish_reason = std::move(outcome.finish_reason);
  record.error_code = std::move(outcome.error_code);
  if (!served_model.empty()) {
    record.model = whole_word(served_model, usage::kLongestWord, kTooLong);
  } else if (!outcome.model.empty()) {
    record.model = std::move(outcome.model);
  } else {
    record.model = record.backend_deployment;
  }
}

usage::Outcome outcome_of(RelayEnd end, bool client_gone, int status, bool in_stream_error) {
  if (client_gone) return usage::Outcome::client_aborted;
  switch (end) {
    case RelayEnd::complete:
      break;
    case RelayEnd::upstream_broken:
      return usage::Outcome::backend_error;
    case RelayEnd::upstream_timeout:
      return usage::Outcome::timeout;
    case RelayEnd::cancelled:
      return usage::Outcome::interrupted;
  }
  if (status >= 500 || in_stream_error) return usage::Outcome::backend_error;
  return status >= 400 ? usage::Outcome::refused : usage::Outcome::completed;
}

usage::Outcome outcome_of(const Error& upstream_error) {
  if (upstream_error.code == Errc::timeout) return usage::Outcome::timeout;
  // A client that left is known as such by its own hang-up: whatever else ended the wait is the
  // gateway's end.
  if (upstream_error.code == Errc::cancelled) return usage::Outcome::interrupted;
  return usage::Outcome::backend_error;
}

std::string_view reason_without_answer(const std::vector<usage::Attempt>& attempts) {
  bool sent = false;
  for (const usage::Attempt& attempt : attempts) {
    if (attempt.sent && attempt.status == 0) return usage::reason::kNoAnswer;
    sent = sent || attempt.sent;
  }
  return sent ? usage::reason::kErrorAnswer : usage::reason::kNotSent;
}

}  // namespace tollgate::proxy
