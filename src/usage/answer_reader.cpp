// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "answer_reader.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "terminal_events.hpp"
#include "tollgate/base/text.hpp"
#include "tollgate/usage/image_words.hpp"
#include "tollgate/usage/object_state.hpp"
#include "tollgate/usage/reasons.hpp"
#include "tollgate/usage/usage_record.hpp"
#include "usage_counts.hpp"

namespace tollgate::usage {
namespace {

/// A run's last event is the run itself, in the state it ended in.
bool is_ended_run(std::string_view object, std::string_view status) {
  return object == "thread.run" && is_finished(status);
}

/// Parts of an assistant's run: their ids, states and usage are not the run's, whose usage holds
/// theirs (azure-protocol.md 2.5).
bool is_part_of_run(std::string_view object) {
  return (object == "thread" || object.starts_with("thread.")) && object != "thread.run";
}

/// An id that the list does not have yet.
void add_id(std::vector<std::string>& list, const JsonScanner::Captured& captured) {
  std::string id = whole_word(captured_string(captured), kLongestWord);
  if (!id.empty() && std::find(list.begin(), list.end(), id) == list.end()) {
    list.push_back(std::move(id));
  }
}

/// What is empty, or too long, replaces nothing.
void take_word(std::string& word, const JsonScanner::Captured& captured) {
  std::string read = whole_word(captured_string(captured), kLongestWord);
  if (!read.empty()) word = std::move(read);
}

/// Whether the member `error` says that there is one: some servers write it empty beside an answer.
bool tells_error(std::string_view value) {
  if (value == "false" || value == "0") return false;
  return value.find_first_not_of(" \t\r\n{}[]\"") != value.npos;
}

/// Likewise each of several.
void add_ids(std::vector<std::string>& list, const JsonScanner::Captured& captured) {
  for (const std::string& written : captured.ids) {
    if (list.size() == kMostParts) return;
    std::string id = string_text(written);
    const bool known = std::find(list.begin(), list.end(), id) != list.end();
    if (!id.empty() && id.size() <= kLongestWord && !known) list.push_back(std::move(id));
  }
}

}  // namespace

void AnswerReader::take_names(const JsonScanner& from) {
  // Azure's first chunk has both empty: an empty value never replaces a real one (azure-protocol.md
  // 2.1).
  take_word(outcome_.model, from.member(Member::model));
  take_word(outcome_.response_id, from.member(Member::id));
}

void AnswerReader::take_identity(const JsonScanner& from) {
  // Once both are known they stay: the events that follow may be skipped unread, or not, as the
  // bytes are cut. An object as a whole is never skipped.
  const bool whole = outcome_.model.empty() && from.member(Member::status).present;
  if (!may_skip_plain() || whole) take_names(from);
  if (std::string why = captured_string(from.member(Member::finish_reason)); !why.empty()) {
    outcome_.finish_reason = whole_word(why, kLongestWord, kTooLong);
  }
  if (std::string status = captured_string(from.member(Member::status)); !status.empty()) {
    outcome_.finish_reason = outcome_.status = whole_word(status, kLongestWord, kTooLong);
  }
  take_word(outcome_.thread_id, from.member(Member::thread_id));
  take_word(outcome_.service_tier, from.member(Member::service_tier));
  add_id(outcome_.result_files, from.member(Member::output_file_id));
  add_id(outcome_.result_files, from.member(Member::error_file_id));
  add_ids(outcome_.parts, from.member(Member::container_ids));
  add_ids(outcome_.parts, from.member(Member::output_ids));
  add_ids(outcome_.parts, from.member(Member::audio_ids));
  if (std::string file = parse_id(from.member(Member::file).bytes); !file.empty()) {
    outcome_.file_id = whole_word(file, kLongestWord);
  }
  const auto& details = from.member(Member::incomplete_details);
  if (details.present) {
    if (std::string why = parse_incomplete_reason(details.bytes); !why.empty()) {
      outcome_.finish_reason = std::move(why);
    }
  }
}

void AnswerReader::take_usage(const JsonScanner& from) {
  const auto& usage = from.member(Member::usage);
  if (!usage.present) return;
  if (usage.overflow) {
    usage_too_large_ = true;
    return;
  }
  const UsageCounts counts = parse_usage(usage.bytes);
  billed_by_duration_ = billed_by_duration_ || counts.duration_only;
  if (counts.duration_ms) outcome_.audio_duration_ms = counts.duration_ms;
  usage_malformed_ = usage_malformed_ || counts.malformed || !counts.is_object;
  if (!counts.any_count) return;
  outcome_.tokens = counts.tokens;  // the last one that says anything wins
  usage_malformed_ = counts.malformed;
  usage_incomplete_ = counts.incomplete;
  usage_contradictory_ = counts.contradictory;
  uncounted_.add(counts.uncounted);
  usage_seen_ = true;
}

void AnswerReader::take_uncounted(const JsonScanner& from) {
  const auto& types = from.member(Member::output_types);
  if (types.overflow) uncounted_.add(Uncounted::What::tool_calls);
  if (types.present) {
    uncounted_.note_output_types(types.bytes);
    outcome_.tool_calls = count_calls(types.bytes);  // the last output is the whole one
  }
  const auto& tools = from.member(Member::tool_usage);
  if (tools.overflow) uncounted_.add(Uncounted::What::tool_usage);
  if (tools.present && !tools.overflow)
    uncounted_.note_tool_usage(tools.bytes, outcome_.tool_calls);
}

void AnswerReader::take_image_words(const JsonScanner& from) {
  if (!wants_images_) return;
  const std::string size = image_size_word(captured_string(from.member(Member::size)));
  const std::string quality = image_quality_word(captured_string(from.member(Member::quality)));
  if (!size.empty()) outcome_.image_size = size;
  if (!quality.empty()) outcome_.image_quality = quality;
}

void AnswerReader::take_error(const JsonScanner& from) {
  const auto& error = from.member(Member::error);
  if (error.present && tells_error(error.bytes)) {
    error_seen_ = true;
    if (std::string code = parse_error_code(error.bytes); !code.empty()) {
      outcome_.error_code = std::move(code);
    }
    return;
  }
  // Other servers' ways: {"object":"error","code":...}, and a choice that ended so.
  const bool is_error = captured_string(from.member(Member::object)) == "error";
  if (is_error || captured_string(from.member(Member::finish_reason)) == "error") {
    error_seen_ = true;
    if (is_error && outcome_.error_code.empty())
      outcome_.error_code =
          whole_word(captured_string(from.member(Member::code)), kLongestWord, kTooLong);
    return;
  }
  // The bad-token answer has no error object (azure-protocol.md 3.2).
  const auto& status = from.member(Member::status_code);
  if (status.present && !status.overflow) {
    error_seen_ = true;
    outcome_.error_code = whole_word(status.bytes, kLongestWord, kTooLong);
  }
}

void AnswerReader::take_event_type(const JsonScanner& from) {
  const std::string type = captured_string(from.member(Member::type));
  content_seen_ = content_seen_ || brings_content(type);
  if (!is_terminal_event(type)) return;
  outcome_.terminal = true;
  if (wants_images_ && is_image_event(type)) outcome_.images = outcome_.images.value_or(0) + 1;
  if (type == "error" || type == "response.failed") error_seen_ = true;
  // OpenAI's flat form; Azure nests the same under `error` (azure-protocol.md 2.4).
  if (type == "error" && !from.member(Member::error).present) {
    if (std::string code = captured_string(from.member(Member::code)); !code.empty()) {
      outcome_.error_code = whole_word(code, kLongestWord, kTooLong);
    }
  }
}

void AnswerReader::take_generated(const JsonScanner& from) {
  if (text_ == nullptr) return;
  const auto& type = from.member(Member::type);
  if (type.present && type.bytes.find(".audio.delta") != std::string::npos) return;  // base64
  content_seen_ = content_seen_ || from.member(Member::audio_ids).present;
  text_->add(captured_string(from.member(Member::text)));
  text_->add_tool_calls(from.member(Member::tool_calls).bytes);
}

/// What was generated before the error may be billed. Of `output`, and of what was too large to be
/// kept, it is known only that there is something.
void AnswerReader::take_content_beside_error(const JsonScanner& body) {
  if (!error_seen_ || text_ == nullptr) return;
  const auto& text = body.member(Member::text);
  const bool no_string = text.present && !text.overflow && text.bytes.front() != '"';
  content_seen_ = content_seen_ || text.overflow || no_string ||
                  body.member(Member::tool_calls).overflow ||
                  body.member(Member::output_types).present;
  if (!content_seen_) take_generated(body);
}

void AnswerReader::on_event(const JsonScanner& data) {
  const std::string object = captured_string(data.member(Member::object));
  if (is_part_of_run(object)) return;
  typed_events_ = typed_events_ || data.member(Member::type).present;
  take_identity(data);
  take_usage(data);
  take_uncounted(data);
  take_image_words(data);
  take_error(data);
  take_generated(data);
  take_event_type(data);
  if (is_ended_run(object, outcome_.status)) outcome_.terminal = true;
  outcome_.in_stream_error = error_seen_;
}

void AnswerReader::on_body(const JsonScanner& body) {
  const bool part = is_part_of_run(captured_string(body.member(Member::object)));
  take_identity(body);
  if (!part) {
    take_usage(body);
    take_uncounted(body);
  }
  take_image_words(body);
  if (body.data_objects() > 0) outcome_.images = body.data_objects();
  take_error(body);
  take_content_beside_error(body);
  outcome_.terminal = body.complete();
}

/// The counts that came, against everything that speaks against calling them all.
void AnswerReader::judge_usage(bool complete) {
  outcome_.basis = UsageBasis::partial;
  if (usage_malformed_) {
    outcome_.reason = reason::kUsageMalformed;
  } else if (!complete && !outcome_.terminal) {
    outcome_.reason = reason::kAnswerCutOff;
  } else if (usage_incomplete_) {
    outcome_.reason = reason::kCountMissing;
  } else if (usage_contradictory_) {
    outcome_.reason = reason::kCountsContradict;
  } else if (uncounted_.any()) {
    outcome_.reason = uncounted_.reason();
  } else {
    outcome_.basis = UsageBasis::reported;
  }
}

std::string_view AnswerReader::reason_without_usage(bool complete, bool is_stream,
                                                    bool is_json) const {
  if (usage_too_large_) return reason::kUsageTooLarge;
  if (billed_by_duration_) return reason::kBilledByDuration;
  if (usage_malformed_) return reason::kUsageMalformed;
  if (error_seen_) {
    const bool after_content =
        content_seen_ || outcome_.images.value_or(0) > 0 || (text_ != nullptr && text_->any());
    return after_content ? reason::kErrorAfterContent : reason::kErrorAnswer;
  }
  if (!complete && !outcome_.terminal) return reason::kAnswerCutOff;
  if (!is_json) return reason::kNotJson;
  if (is_stream) return reason::kStreamWithoutUsage;
  return outcome_.images ? reason::kCountedByImage : reason::kNoUsageInAnswer;
}

UsageOutcome AnswerReader::finish(bool complete, bool is_stream, bool is_json) {
  if (usage_seen_) {
    judge_usage(complete);
  } else {
    outcome_.reason = reason_without_usage(complete, is_stream, is_json);
  }
  return std::move(outcome_);
}

}  // namespace tollgate::usage
