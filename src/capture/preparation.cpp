// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "preparation.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include "making.hpp"
#include "member_readings.hpp"
#include "path_readings.hpp"
#include "small_files.hpp"
#include "text_readings.hpp"
#include "tollgate/audit/conversation.hpp"
#include "tollgate/audit/cut_text.hpp"
#include "tollgate/audit/request_content.hpp"
#include "tollgate/audit/sampling.hpp"
#include "tollgate/capture/caller.hpp"
#include "tollgate/redaction/text_redaction.hpp"

namespace tollgate::capture {
namespace {

using Counts = redaction::Replacer::Counts;

/// Without parameters, in which a client can write what it likes.
std::string media_type(std::string_view content_type) {
  content_type = content_type.substr(0, content_type.find(';'));
  const std::size_t end = content_type.find_last_not_of(" \t");
  return std::string(content_type.substr(0, end + 1));
}

std::string_view body_of(const Exchange& exchange) {
  if (!exchange.request) return {};
  const CapturedRequest& request = *exchange.request;
  return request.shortened ? request.shortened->text : request.body;
}

/// Whether the content is to be kept at all. Conversations are in whole or not at all.
bool is_kept(const Exchange& exchange, const Secret& sampling_key) {
  if (!exchange.terms.keeps_content()) return false;
  if (exchange.terms.sample >= 1) return true;
  Conversation* const known = exchange.conversation.get();
  if (known != nullptr && known->is_kept) return *known->is_kept;
  const std::string name = conversation_of(body_of(exchange), exchange.record.conversation_id,
                                           exchange.names_conversation);
  const bool kept = audit::is_sampled(sampling_key, exchange.record.client_name, name,
                                      exchange.record.record_id.to_string(), exchange.terms.sample);
  if (known != nullptr) known->is_kept = kept;
  return kept;
}

trail::AuditRow base_of(const Exchange& exchange, const config::Audit& settings) {
  const usage::UsageRecord& record = exchange.record;
  trail::AuditRow out;
  out.event_time = record.event_time;
  out.record_id = record.record_id.to_string();
  out.form = kRawForm;
  out.level = usage::to_string(exchange.terms.level);
  out.level_reason = exchange.terms.reason;
  out.source = exchange.answered_by;
  if (!exchange.request_alone) {
    out.outcome = usage::to_string(record.outcome);
    if (record.status_code != 0) out.status_code = record.status_code;
  }
  out.client_name = record.client_name;
  out.caller_id = caller_in_trail(record, settings);
  if (!settings.caller_key) out.caller_ip_address = record.caller_ip_address;
  out.conversation_id = record.conversation_id;
  out.operation_id = record.operation_id;
  out.model = exchange.request_alone ? record.requested_model : record.model;
  out.deployment_name = record.backend_deployment;
  return out;
}

/// Of a side that has no content; `kept`: that of the conversation is.
const char* why_missing(const Exchange& exchange, bool kept) {
  if (!exchange.terms.keeps_content()) return trail::missing::kLevel;
  if (!kept) return trail::missing::kSampling;
  return exchange.no_room ? trail::missing::kMemory : "";
}

const char* why_request_missing(const Exchange& exchange, bool kept) {
  const bool lost = request_fate(exchange) == RequestFate::lost;
  return lost && kept && exchange.terms.keeps_content() ? trail::missing::kFailure
                                                        : why_missing(exchange, kept);
}

/// Its request's rows are stored by themselves, before those of this answer.
bool comes_before(const Exchange& answer) {
  if (answer.request_alone) return false;
  const RequestFate fate = request_fate(answer);
  return fate == RequestFate::underway || fate == RequestFate::stored;
}

Side request_side(Exchange& exchange, std::size_t max_body, const char* missing) {
  Side out{.kind = trail::kind::kRequest};
  if (!exchange.request) out.missing = missing;
  if (!exchange.request) return out;
  CapturedRequest request = std::move(*exchange.request);
  out.content_type = std::move(request.content_type);
  audit::RequestContent content =
      request.shortened ? std::move(*request.shortened)
                        : audit::request_content(out.content_type, request.body, max_body);
  out.text = std::move(content.text);
  out.json = content.json;
  out.truncated = content.truncated;
  out.kept = true;
  return out;
}

Side answer_side(Exchange& exchange, const char* missing) {
  Side out{.kind = trail::kind::kResponse};
  if (!exchange.answer) out.missing = missing;
  if (!exchange.answer) return out;
  CapturedAnswer captured = std::move(*exchange.answer);
  out.content_type = std::move(captured.content_type);
  out.text = std::move(captured.answer.body);
  out.json = captured.answer.json;
  out.streamed = captured.answer.streamed;
  out.truncated = captured.answer.truncated;
  out.kept = true;
  return out;
}

/// How an answer that is JSON is read besides: its strings may be pieces of a text.
std::vector<redaction::Reading> readings_of(const Side& answer) {
  std::vector<redaction::Reading> out = member_readings_of_json(answer.text);
  std::ranges::move(
      path_readings(answer.text, answer.streamed ? Pieces::of_a_stream : Pieces::short_ones),
      std::back_inserter(out));
  return out;
}

}  // namespace

std::string conversation_of(std::string_view request, const std::string& id, bool named) {
  return named ? audit::conversation_of(request, id) : audit::conversation_of(request, {}, id);
}

std::string conversation_in(const PreparedExchange& prepared) {
  return conversation_of(prepared.request.text, prepared.base.conversation_id,
                         prepared.names_conversation);
}

void hide_changed_conversation(PreparedExchange& prepared, std::string_view before,
                               const Secret& words_key) {
  if (!prepared.request.kept || conversation_in(prepared) == before) return;
  prepared.conversation_name =
      redaction::Replacer(words_key).replacement("conversation", prepared.conversation_name);
}

Counts counted_since(const Counts& before, const Counts& now) {
  Counts out;
  for (const auto& [rule, count] : now) {
    const auto earlier = before.find(rule);
    const std::uint64_t here = count - (earlier == before.end() ? 0 : earlier->second);
    if (here > 0) out[rule] = here;
  }
  return out;
}

Preparation::Preparation(const redaction::Rules& rules, const config::Audit& settings,
                         const MakingKeys& keys, Exchange&& exchange)
    : rules_(rules),
      words_key_(keys.words),
      out_{.base = base_of(exchange, settings),
           .request = {.kind = trail::kind::kRequest},
           .answer = std::nullopt,
           .request_is_stored = comes_before(exchange),
           .names_conversation = exchange.names_conversation,
           .redacted = exchange.terms.level != config::AuditLevel::full,
           .replacer = exchange.replacer,
           .conversation = exchange.conversation} {
  const bool kept = is_kept(exchange, keys.sampling);
  if (!kept) exchange.request.reset(), exchange.answer.reset();
  out_.request = request_side(exchange, settings.max_body, why_request_missing(exchange, kept));
  if (out_.request.kept) out_.conversation_name = conversation_in(out_);
  if (!exchange.request_alone) out_.answer = answer_side(exchange, why_missing(exchange, kept));
  if (!out_.redacted) return;
  if (out_.request.kept) sides_.push_back(&out_.request);
  if (out_.answer && out_.answer->kept) sides_.push_back(&*out_.answer);
}

bool Preparation::step(std::size_t bytes) {
  for (std::size_t done = 0; done < bytes && !sides_.empty();) {
    if (!json_ && !text_) begin_side();
    if (!(json_ ? json_->step(bytes) : text_->step(bytes))) return false;
    if (!json_ && sides_.front()->json) {
      begin_json(text_->take());
      continue;
    }
    end_side();
    done += sides_.front()->text.size();
    sides_.pop_front();
  }
  return sides_.empty();
}

void Preparation::begin_side() {
  Side& side = *sides_.front();
  redaction::Replacer& replacer = *out_.replacer;
  before_ = replacer.counts();
  // Of JSON it has gone already (BoundedJson, GrowingValue).
  if (side.truncated && !side.json) side.text.resize(audit::end_before_cut(side.text));
  side.content_type = redaction::redact_text(rules_, replacer, media_type(side.content_type));
  if (side.json) {
    std::vector<redaction::Reading> readings;
    if (&side != &out_.request) readings = readings_of(side);
    if (readings.empty()) return begin_json(std::move(side.text));
    text_.emplace(redaction::ReadingsRedaction::of_parted(rules_, replacer, std::move(side.text),
                                                          held_readings(std::move(readings))));
  } else {
    redaction::NextReading next = text_readings(side.text);
    text_.emplace(rules_, replacer, std::move(side.text), std::move(next));
  }
}

void Preparation::begin_json(std::string text) {
  json_.emplace(redaction::JsonRedaction::of_json(rules_, *out_.replacer, std::move(text)));
  text_.reset();
}

void Preparation::end_side() {
  Side& side = *sides_.front();
  side.text = json_ ? hide_small_files(json_->take(), *out_.replacer) : text_->take();
  side.redactions = counted_since(before_, out_.replacer->counts());
  json_.reset();
  text_.reset();
  if (&side == &out_.request) name_conversation();
}

/// Values in content are numbered for each exchange: conversations that are called by a person's
/// address would all be `[EMAIL_1]`. Their names are redacted as those in records are, by a key;
/// and hidden wholly where more was taken out of the content than rules for a text find.
void Preparation::name_conversation() {
  std::string& name = out_.conversation_name;
  if (name == out_.base.conversation_id) return;  // as the record has it already
  const std::string numbered = redaction::redact_text(rules_, *out_.replacer, name);
  if (conversation_in(out_) != numbered)
    return hide_changed_conversation(out_, numbered, words_key_);
  name = Making::redacted_word(rules_, words_key_, std::move(name));
}

}  // namespace tollgate::capture
