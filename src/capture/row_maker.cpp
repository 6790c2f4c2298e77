// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "row_maker.hpp"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "tollgate/audit/answer_facts.hpp"
#include "tollgate/audit/content_parts.hpp"
#include "tollgate/audit/conversation.hpp"
#include "tollgate/audit/genai_messages.hpp"
#include "tollgate/audit/request_content.hpp"
#include "tollgate/audit/sampling.hpp"
#include "tollgate/capture/caller.hpp"
#include "tollgate/redaction/json_redaction.hpp"
#include "tollgate/redaction/text_redaction.hpp"

namespace tollgate::capture {
namespace {

using Counts = redaction::Replacer::Counts;
using nlohmann::json;

constexpr const char* kRawForm = "raw";
constexpr const char* kMessagesForm = "messages";

/// Lists stand in dynamic columns; none of nothing.
std::string list_text(const std::vector<std::string>& words) {
  return words.empty() ? std::string() : json(words).dump();
}

std::string list_text(const std::vector<audit::ToolCall>& calls) {
  json out = json::array();
  for (const audit::ToolCall& call : calls) out.push_back({{"id", call.id}, {"name", call.name}});
  return out.empty() ? std::string() : out.dump();
}

std::string list_text(const Counts& counts) {
  return counts.empty() ? std::string() : json(counts).dump();
}

/// Without parameters, in which a client can write what it likes.
std::string media_type(std::string_view content_type) {
  content_type = content_type.substr(0, content_type.find(';'));
  const std::size_t end = content_type.find_last_not_of(" \t");
  return std::string(content_type.substr(0, end + 1));
}

/// Where a text that was cut ends so that no value can have been cut in two: values of several
/// words and of one are shorter than these.
std::size_t end_before_cut(std::string_view text) {
  constexpr std::size_t kWords = 256;
  constexpr std::size_t kWord = 4096;
  const std::size_t end = text.size() - std::min(text.size(), kWords);
  const std::size_t blank = text.substr(0, end).find_last_of(" \t\n\r");
  return blank == text.npos || end - blank > kWord ? end : blank;
}

/// Whether the content is to be kept at all. Conversations are in whole or not at all.
bool is_kept(const Exchange& exchange) {
  if (!exchange.terms.keeps_content()) return false;
  if (exchange.terms.sample >= 1) return true;
  Conversation* const known = exchange.conversation.get();
  if (known != nullptr && known->is_kept) return *known->is_kept;
  const std::string_view body = exchange.request ? exchange.request->body : std::string_view();
  const bool kept = audit::is_sampled(audit::conversation_of(body, exchange.record.conversation_id),
                                      exchange.record.record_id.to_string(), exchange.terms.sample);
  if (known != nullptr) known->is_kept = kept;
  return kept;
}

/// Rows of one content: what concerns the whole stands in each, what counts once in the first.
void append_content(std::vector<trail::AuditRow>& out, trail::AuditRow row, const char* form,
                    std::string_view content) {
  audit::CutContent cut = audit::cut_content(content);
  row.form = form;
  row.parts = static_cast<std::int64_t>(cut.parts.size());
  row.content_sha256 = cut.sha256;
  row.content_bytes = static_cast<std::int64_t>(cut.bytes);
  for (audit::ContentPart& part : cut.parts) {
    row.part = part.part;
    row.content = std::move(part.text);
    out.push_back(row);
    if (part.part == 1) row.redactions = row.content_filter = {};
  }
}

void append_side(std::vector<trail::AuditRow>& out, trail::AuditRow row, Side side,
                 const std::string& genai) {
  row.kind = side.kind;
  row.content_type = std::move(side.content_type);
  row.truncated = side.truncated;
  row.redactions.text = list_text(side.redactions);
  if (!side.kept) {
    out.push_back(std::move(row));
    return;
  }
  if (side.kind == std::string_view(trail::kind::kResponse)) {
    const audit::AnswerFacts facts = audit::answer_facts(side.text);
    row.finish_reasons.text = list_text(facts.finish_reasons);
    row.tool_calls.text = list_text(facts.tool_calls);
    row.content_filter.text = facts.content_filter;
  }
  append_content(out, row, kRawForm, side.text);
  row.redactions = row.content_filter = {};
  if (!genai.empty()) append_content(out, row, kMessagesForm, genai);
}

}  // namespace

redaction::Replacer::Counts counted_since(const redaction::Replacer::Counts& before,
                                          const redaction::Replacer::Counts& now) {
  redaction::Replacer::Counts out;
  for (const auto& [rule, count] : now) {
    const auto earlier = before.find(rule);
    const std::uint64_t here = count - (earlier == before.end() ? 0 : earlier->second);
    if (here > 0) out[rule] = here;
  }
  return out;
}

trail::AuditRow RowMaker::base_of(const Exchange& exchange) const {
  const usage::UsageRecord& record = exchange.record;
  trail::AuditRow out;
  out.event_time = record.event_time;
  out.record_id = record.record_id.to_string();
  out.form = kRawForm;
  out.level = usage::to_string(exchange.terms.level);
  out.source = exchange.answered_by;
  if (!exchange.request_alone) {
    out.outcome = usage::to_string(record.outcome);
    if (record.status_code != 0) out.status_code = record.status_code;
  }
  out.client_name = record.client_name;
  out.caller_id = caller_in_trail(record, settings_);
  if (!settings_.caller_key) out.caller_ip_address = record.caller_ip_address;
  out.conversation_id = record.conversation_id;
  out.operation_id = record.operation_id;
  out.model = exchange.request_alone ? record.requested_model : record.model;
  out.deployment_name = record.backend_deployment;
  return out;
}

Side RowMaker::request_side(Exchange& exchange) const {
  Side out{.kind = trail::kind::kRequest};
  if (!exchange.request) return out;
  CapturedRequest request = std::move(*exchange.request);
  out.content_type = std::move(request.content_type);
  audit::RequestContent content =
      audit::request_content(out.content_type, request.body, settings_.max_body);
  out.text = std::move(content.text);
  out.json = content.json;
  out.truncated = content.truncated;
  out.kept = true;
  return out;
}

Side RowMaker::answer_side(Exchange& exchange) const {
  Side out{.kind = trail::kind::kResponse};
  if (!exchange.answer) return out;
  CapturedAnswer captured = std::move(*exchange.answer);
  out.content_type = std::move(captured.content_type);
  out.text = std::move(captured.answer.body);
  out.json = captured.answer.json;
  out.truncated = captured.answer.truncated;
  out.kept = true;
  return out;
}

void RowMaker::redact(Side& side, const Exchange& exchange) const {
  if (exchange.terms.level == config::AuditLevel::full) return;
  redaction::Replacer& replacer = *exchange.replacer;
  const Counts before = replacer.counts();
  // A part of a value is no longer one that a rule can find.
  if (side.truncated && !side.json) side.text.resize(end_before_cut(side.text));
  side.content_type = redaction::redact_text(rules_, replacer, media_type(side.content_type));
  side.text = side.json ? redaction::redact_json(rules_, replacer, std::move(side.text))
                        : redaction::redact_text(rules_, replacer, std::move(side.text));
  side.redactions = counted_since(before, replacer.counts());
}

PreparedExchange RowMaker::prepare(Exchange exchange) const {
  PreparedExchange out{.base = base_of(exchange),
                       .request = {.kind = trail::kind::kRequest},
                       .answer = std::nullopt,
                       .request_is_stored = exchange.request_is_stored,
                       .redacted = exchange.terms.level != config::AuditLevel::full,
                       .replacer = exchange.replacer,
                       .conversation = exchange.conversation};
  if (!is_kept(exchange)) exchange.request.reset(), exchange.answer.reset();
  out.request = request_side(exchange);
  if (out.request.kept) redact(out.request, exchange);
  if (exchange.request_alone) return out;
  out.answer = answer_side(exchange);
  if (out.answer->kept) redact(*out.answer, exchange);
  return out;
}

std::vector<trail::AuditRow> RowMaker::rows(PreparedExchange prepared) {
  trail::AuditRow& base = prepared.base;
  Side& request = prepared.request;
  std::string genai;
  if (request.kept) {
    genai = audit::genai_request(request.text);
    // Out of the redacted text: a conversation may be called by what must not be seen.
    base.conversation_id = audit::conversation_of(request.text, base.conversation_id);
    if (prepared.conversation) prepared.conversation->id = base.conversation_id;
  } else if (prepared.conversation && prepared.conversation->id) {
    base.conversation_id = *prepared.conversation->id;
  }
  std::vector<trail::AuditRow> out;
  if (!prepared.request_is_stored) append_side(out, base, std::move(request), genai);
  if (!prepared.answer) return out;
  Side& answer = *prepared.answer;
  genai = answer.kept ? audit::genai_response(answer.text) : std::string();
  append_side(out, base, std::move(answer), genai);
  return out;
}

}  // namespace tollgate::capture
