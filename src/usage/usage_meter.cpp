// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/usage/usage_meter.hpp"

#include <algorithm>
#include <optional>

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
      : body_(body),
        options_(options),
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

  const UsageOutcome& so_far() const {
    return objects_meter_ ? objects_meter_->so_far() : answer_.so_far();
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
    if (body_ != BodyShape::unsure) return read_told(bytes);
    const std::optional<BodyShape> told = probe_.feed(bytes);
    if (!told) return;
    body_ = *told;
    was_unsure_ = true;
    if (body_ == BodyShape::json) {
      // Whether one object is all of it, or the first of a stream's, is known at its end.
      options_.coding = {};
      objects_meter_ = std::make_unique<Impl>(BodyShape::server_sent_events, options_);
    }
    read_told(probe_.held());
  }

  void read_told(std::string_view bytes) {
    std::string_view json = bytes;
    if (!begun_) json = begin(bytes);
    // What stands before the grammar is known belongs to a stream all the same.
    if (body_ == BodyShape::server_sent_events || !begun_) events_.feed(bytes);
    if (body_ == BodyShape::json && !is_no_json_) json_.feed(json);
    if (ids_ && begun_) read_ids(bytes, json);
    if (objects_meter_) read_objects(bytes);
  }

  void read_objects(std::string_view bytes) {
    events_of_objects_.clear();
    objects_.feed(bytes, events_of_objects_);
    objects_meter_->feed(events_of_objects_);
  }

  void read_ids(std::string_view bytes, std::string_view json) {
    if (body_ == BodyShape::server_sent_events) ids_->feed_events(bytes);
    if (body_ == BodyShape::json && !is_no_json_) ids_->feed_json(json);
  }

  UsageOutcome finish_decoded(bool complete) {
    if (undecodable_ || size_ == 0 || !is_as_told(complete)) {
      UsageOutcome outcome;
      outcome.reason = size_ == 0 ? (complete ? reason::kEmptyAnswer : reason::kAnswerCutOff)
                                  : reason::kOpaqueBody;
      return outcome;
    }
    if (objects_meter_ && !is_one_object()) return objects_meter_->finish(complete);
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

  bool is_one_object() const { return first_ == '{' && objects_.objects() == 1; }

  /// Sound may begin as JSON does, and a text as an event: what was told by its first bytes is such
  /// only as a whole.
  bool is_as_told(bool complete) const {
    if (body_ == BodyShape::opaque || body_ == BodyShape::unsure) return false;
    if (!was_unsure_) return true;
    if (!objects_meter_) return events_.has_said();
    if (is_one_object()) return json_.is_json() || (!complete && !json_.complete());
    return objects_.only() && objects_meter_->events_.has_said();
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
    first_ = first;
    if (first == '{' || first == '[') {
      body_ = BodyShape::json;
    } else if (body_ == BodyShape::json) {
      is_no_json_ = true;
      // A field name or a comment: no JSON begins so.
      if (std::string_view("deir:").find(first) != std::string_view::npos)
        body_ = BodyShape::server_sent_events;
    }
  }

  BodyShape body_;
  MeterOptions options_;
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
  char first_ = '\0';  ///< that says something
  ShapeProbe probe_;
  bool was_unsure_ = false;
  JsonSequence objects_;
  std::string events_of_objects_;
  std::unique_ptr<Impl> objects_meter_;  ///< reads each object as an event
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
