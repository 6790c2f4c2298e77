// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include "generated_text.hpp"
#include "json_scanner.hpp"
#include "sse_reader.hpp"
#include "tollgate/usage/usage_outcome.hpp"
#include "uncounted.hpp"

namespace tollgate::usage {

/// Gathers what JSON answers and stream events say into one outcome.
class AnswerReader : public SseEvents {
 public:
  /// `text` collects what is generated and outlives the reader; null: nobody wants it.
  /// `images`: the answer is one of images, which are counted.
  AnswerReader(GeneratedText* text, bool images) : text_(text), wants_images_(images) {}

  void on_event(const JsonScanner& data) override;
  void on_done() override { outcome_.terminal = true; }
  bool may_skip_plain() const override { return !outcome_.response_id.empty() && model_settled(); }
  void take_text(std::string_view text) override {
    if (text_ != nullptr) text_->add(text);
  }

  /// A whole (or cut) JSON body.
  void on_body(const JsonScanner& body);

  const UsageOutcome& so_far() const { return outcome_; }

  /// Decides the basis. `complete`: the body ended as framed.
  UsageOutcome finish(bool complete, bool is_stream, bool is_json);

 private:
  void take_names(const JsonScanner& from);
  void take_identity(const JsonScanner& from);
  void take_usage(const JsonScanner& from);
  void take_error(const JsonScanner& from);
  void take_uncounted(const JsonScanner& from);
  void take_image_words(const JsonScanner& from);
  void take_event_type(const JsonScanner& from);
  void take_generated(const JsonScanner& from);
  void take_content_beside_error(const JsonScanner& body);
  void judge_usage(bool complete);
  std::string_view reason_without_usage(bool complete, bool is_stream, bool is_json) const;
  bool model_settled() const { return !outcome_.model.empty() || typed_events_; }

  GeneratedText* text_;
  bool wants_images_;
  UsageOutcome outcome_;
  bool typed_events_ = false;  ///< events of APIs whose model, if any, comes with their objects
  bool usage_seen_ = false;
  bool usage_malformed_ = false;
  bool usage_incomplete_ = false;
  bool usage_contradictory_ = false;
  Uncounted uncounted_;
  bool usage_too_large_ = false;
  bool billed_by_duration_ = false;
  bool error_seen_ = false;
  bool content_seen_ = false;  ///< something was generated that text_ does not have: sound, image
};

}  // namespace tollgate::usage
