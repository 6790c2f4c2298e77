// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/usage/usage_meter.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "answer_ids.hpp"
#include "answer_reader.hpp"
#include "json_scanner.hpp"
#include "json_sequence.hpp"
#include "sse_reader.hpp"
#include "tollgate/base/text.hpp"
#include "tollgate/tokenizer/prompt_estimate.hpp"
#include "tollgate/usage/content_decoder.hpp"
#include "tollgate/usage/reasons.hpp"

namespace tollgate::usage {

class UsageMeter::Impl {
 public:
  Impl(BodyShape body, MeterOptions options)
      : label_(body),
        body_(body),
        options_(options),
        text_(options.model),
        answer_(make_answer()),
        events_(answer_),
        probe_(body),
        is_told_(body == BodyShape::opaque) {
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

  /// Under a label that says nothing, the first of several objects need not wait for the second.
  const UsageOutcome& so_far() {
    if (label_ == BodyShape::unsure && json_.complete()) tell_first();
    return answer_.so_far();
  }

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
    if (is_told_) return read_told(bytes);
    const std::optional<BodyShape> told = probe_.feed(bytes);
    if (!told) return;
    is_told_ = true;
    body_ = *told;
    read_told(probe_.held());
  }

  void read_told(std::string_view bytes) {
    if (body_ == BodyShape::server_sent_events) read_events(bytes);
    if (body_ == BodyShape::json) read_json(bytes);
  }

  void read_events(std::string_view bytes) {
    events_.feed(bytes);
    if (ids_) ids_->feed_events(bytes);
  }

  /// Whether one object is all of it, or the first of a stream's, is known at its end. Of an array
  /// each object is read from the first on.
  void read_json(std::string_view bytes) {
    if (first_ == '\0') bytes.remove_prefix(blanks_before_json(bytes));
    const std::size_t own = json_.feed(bytes);
    if (first_ == '[') return read_objects(bytes);
    if (ids_) ids_->feed_json(bytes.substr(0, own));
    if (own < bytes.size()) read_objects(bytes.substr(own));
  }

  std::size_t blanks_before_json(std::string_view bytes) {
    const std::size_t begin = std::min(bytes.find_first_of("{["), bytes.size());
    if (begin < bytes.size()) first_ = bytes[begin];
    return begin;
  }

  void read_objects(std::string_view bytes) {
    events_of_objects_.clear();
    objects_.feed(bytes, events_of_objects_);
    if (events_of_objects_.empty()) return;
    tell_first();
    read_events(events_of_objects_);
  }

  /// What the object that the answer begins with says if others follow it.
  void tell_first() {
    if (std::exchange(is_first_told_, true) || first_ != '{') return;
    if (json_.begins_with_json()) answer_.on_event(json_);
    if (ids_) ids_->end_json();
  }

  UsageOutcome finish_decoded(bool complete) {
    if (undecodable_ || size_ == 0 || !is_as_told(complete)) {
      UsageOutcome outcome;
      outcome.reason = size_ == 0 ? (complete ? reason::kEmptyAnswer : reason::kAnswerCutOff)
                                  : reason::kOpaqueBody;
      return outcome;
    }
    const bool is_stream = body_ == BodyShape::server_sent_events || is_sequence();
    if (!is_stream) take_body();
    const bool is_json = is_stream ? label_ == BodyShape::server_sent_events || has_said()
                                   : json_.structured() && json_.complete();
    UsageOutcome outcome = answer_.finish(complete, is_stream, is_json);
    if (ids_) outcome.left_ids = ids_->take();
    if (outcome.basis == UsageBasis::none) outcome.generated_tokens = text_.count(outcome.model);
    if (text_.by_rate())
      outcome.reason.append(",").append(tokenizer::guesses({.counted_by_rate = true}));
    return outcome;
  }

  /// What its objects said one by one says nothing of one body.
  void take_body() {
    if (is_first_told_) {
      text_ = GeneratedText(options_.model);
      answer_ = make_answer();
    }
    answer_.on_body(json_);
  }

  bool is_one_object() const { return first_ == '{' && !objects_.any(); }
  bool has_said() const {
    return events_.has_said() || (is_first_told_ && first_ == '{' && json_.begins_with_json());
  }
  /// A stream of objects alone.
  bool is_sequence() const { return objects_.any() && objects_.only() && has_said(); }

  /// Sound may begin as JSON does, and a text as an event: what was told by its first bytes is such
  /// only as a whole.
  bool is_as_told(bool complete) const {
    if (label_ == BodyShape::opaque) return false;
    if (label_ != BodyShape::unsure) return true;
    if (!is_told_ || body_ == BodyShape::opaque) return false;
    if (body_ == BodyShape::server_sent_events) return has_said();
    if (is_one_object()) return json_.is_json() || (!complete && !json_.complete());
    return is_sequence();
  }

  AnswerReader make_answer() {
    return {options_.count_text ? &text_ : nullptr, options_.count_images};
  }

  BodyShape label_;
  BodyShape body_;  ///< as the bytes tell, whatever the label does (faults.md S8)
  MeterOptions options_;
  GeneratedText text_;
  AnswerReader answer_;
  SseReader events_;
  JsonScanner json_;              ///< of one JSON text, or the first of several
  std::optional<AnswerIds> ids_;  ///< none are wanted otherwise
  std::optional<ContentDecoder> decoder_;
  bool undecodable_ = false;  ///< a coding we do not know
  std::size_t size_ = 0;
  ShapeProbe probe_;
  bool is_told_;       ///< what body_ is
  char first_ = '\0';  ///< of what JSON begins with
  JsonSequence objects_;
  std::string events_of_objects_;
  bool is_first_told_ = false;  ///< answer_ has read objects one by one, or events
};

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
