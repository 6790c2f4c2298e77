// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/usage/usage_meter.hpp"

#include <algorithm>
#include <optional>

#include "answer_ids.hpp"
#include "answer_reader.hpp"
#include "json_scanner.hpp"
#include "sse_reader.hpp"
#include "tollgate/base/text.hpp"
#include "tollgate/tokenizer/prompt_estimate.hpp"
#include "tollgate/usage/content_decoder.hpp"
#include "tollgate/usage/reasons.hpp"

namespace tollgate::usage {

class UsageMeter::Impl {
 public:
  Impl(BodyShape body, MeterOptions options)
      : body_(body),
        text_(options.model),
        answer_(options.count_text ? &text_ : nullptr, options.count_images),
        events_(answer_) {
    events_.want_text(options.count_text);
    events_.want_images(options.count_images);
    json_.want_images(options.count_images);
    json_.want_message_text(options.count_text);
    if (options.ids_at != nullptr) ids_.emplace(*options.ids_at);
    const std::string_view coding = trim(options.coding);
    if (coding.empty() || iequals(coding, "identity")) return;
    if (ContentDecoder::knows(coding)) {
      decoder_.emplace(coding);
    } else {
      undecodable_ = true;
    }
  }

  void feed(std::string_view bytes) {
    if (undecodable_) {
      size_ += bytes.size();
    } else if (decoder_) {
      decoder_->feed(bytes, [this](std::string_view piece) { read(piece); });
    } else {
      read(bytes);
    }
  }

  const UsageOutcome& so_far() const { return answer_.so_far(); }

  UsageOutcome finish(bool complete) {
    // What a decoder gave up on has no end of its own, whatever the framing said.
    if (decoder_ && decoder_->failed()) complete = false;
    UsageOutcome outcome = finish_decoded(complete);
    const bool given_up = undecodable_ || (decoder_ && decoder_->failed());
    if (given_up && outcome.basis == UsageBasis::none) outcome.reason = reason::kEncodedAnswer;
    return outcome;
  }

 private:
  void read(std::string_view bytes) {
    size_ += bytes.size();
    std::string_view json = bytes;
    if (!begun_) json = begin(bytes);
    // What stands before the grammar is known belongs to a stream all the same.
    if (body_ == BodyShape::server_sent_events || !begun_) events_.feed(bytes);
    if (body_ == BodyShape::json && !is_no_json_) json_.feed(json);
    if (ids_ && begun_) read_ids(bytes, json);
  }

  void read_ids(std::string_view bytes, std::string_view json) {
    if (body_ == BodyShape::server_sent_events) ids_->feed_events(bytes);
    if (body_ == BodyShape::json && !is_no_json_) ids_->feed_json(json);
  }

  UsageOutcome finish_decoded(bool complete) {
    if (undecodable_ || body_ == BodyShape::opaque || size_ == 0) {
      UsageOutcome outcome;
      outcome.reason = size_ == 0 ? (complete ? reason::kEmptyAnswer : reason::kAnswerCutOff)
                                  : reason::kOpaqueBody;
      return outcome;
    }
    const bool is_stream = body_ == BodyShape::server_sent_events;
    if (!is_stream) answer_.on_body(json_);
    const bool is_json = is_stream || (json_.structured() && json_.complete());
    UsageOutcome outcome = answer_.finish(complete, is_stream, is_json);
    if (ids_) outcome.left_ids = ids_->take();
    if (outcome.basis == UsageBasis::none) outcome.generated_tokens = text_.count(outcome.model);
    if (text_.by_rate())
      outcome.reason.append(",").append(tokenizer::guesses({.counted_by_rate = true}));
    return outcome;
  }

  /// The first byte that says something tells the grammar, whatever the type does: JSON errors come
  /// as event streams, streams as JSON (faults.md S8), and pages of HTML as either. Returns what
  /// JSON is read from: what stands before that byte says nothing there.
  std::string_view begin(std::string_view bytes) {
    bytes.remove_prefix(std::min(bytes.find_first_not_of(" \t\r\n\xEF\xBB\xBF"), bytes.size()));
    begun_ = !bytes.empty();
    if (begun_ && body_ != BodyShape::opaque) choose_grammar(bytes.front());
    return bytes;
  }

  void choose_grammar(char first) {
    if (first == '{' || first == '[') {
      body_ = BodyShape::json;
    } else if (body_ == BodyShape::json) {
      is_no_json_ = true;
      // A field name or a comment: no JSON begins so.
      if (first == 'd' || first == 'e' || first == ':') body_ = BodyShape::server_sent_events;
    }
  }

  BodyShape body_;
  GeneratedText text_;
  AnswerReader answer_;
  SseReader events_;
  JsonScanner json_;
  std::optional<AnswerIds> ids_;  ///< none are wanted otherwise
  std::optional<ContentDecoder> decoder_;
  bool undecodable_ = false;  ///< a coding we do not know
  std::size_t size_ = 0;
  bool begun_ = false;
  bool is_no_json_ = false;
};

BodyShape body_shape(std::string_view content_type) {
  const std::string_view type = trim(content_type.substr(0, content_type.find(';')));
  if (type.empty()) return BodyShape::json;
  if (iequals(type, "text/event-stream")) return BodyShape::server_sent_events;
  if (iequals(type, "application/json") || iequals(type, "text/json")) return BodyShape::json;
  const std::size_t plus = type.rfind('+');
  if (plus != std::string_view::npos && iequals(type.substr(plus), "+json")) return BodyShape::json;
  return BodyShape::opaque;
}

UsageMeter::UsageMeter(BodyShape body, MeterOptions options)
    : impl_(std::make_unique<Impl>(body, options)) {}
UsageMeter::UsageMeter(UsageMeter&&) noexcept = default;
UsageMeter& UsageMeter::operator=(UsageMeter&&) noexcept = default;
UsageMeter::~UsageMeter() = default;

void UsageMeter::feed(std::string_view bytes) {
  if (!bytes.empty()) impl_->feed(bytes);
}

const UsageOutcome& UsageMeter::so_far() const { return impl_->so_far(); }

UsageOutcome UsageMeter::finish(bool complete) { return impl_->finish(complete); }

}  // namespace tollgate::usage
