// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/usage/usage_meter.hpp"

#include "answer_reader.hpp"
#include "json_scanner.hpp"
#include "reasons.hpp"
#include "sse_reader.hpp"
#include "tollgate/base/text.hpp"

namespace tollgate::usage {

class UsageMeter::Impl {
 public:
  explicit Impl(BodyShape body) : body_(body), events_(answer_) {}

  void feed(std::string_view bytes) {
    size_ += bytes.size();
    if (!begun_) begin(bytes);
    if (body_ == BodyShape::server_sent_events) {
      events_.feed(bytes);
    } else if (body_ == BodyShape::json && !is_no_json_) {
      json_.feed(bytes);
    }
  }

  UsageOutcome finish(bool complete) {
    if (body_ == BodyShape::opaque || size_ == 0) {
      UsageOutcome outcome;
      outcome.reason = size_ == 0 ? (complete ? reason::kEmptyAnswer : reason::kAnswerCutOff)
                                  : reason::kOpaqueBody;
      return outcome;
    }
    if (body_ == BodyShape::server_sent_events) return answer_.finish(complete, true, true);
    answer_.on_body(json_);
    return answer_.finish(complete, false, json_.structured() && json_.complete());
  }

 private:
  /// The first byte that says something tells the grammar, whatever the type does: JSON errors come as event
  /// streams, streams as JSON (faults.md S8), and pages of HTML as either.
  void begin(std::string_view bytes) {
    const std::size_t at = bytes.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
    begun_ = at != std::string_view::npos;
    if (!begun_ || body_ == BodyShape::opaque) return;
    const char first = bytes[at];
    if (first == '{' || first == '[') {
      body_ = BodyShape::json;
    } else if (body_ == BodyShape::json) {
      is_no_json_ = true;
      // A field name or a comment: no JSON begins so.
      if (first == 'd' || first == 'e' || first == ':') body_ = BodyShape::server_sent_events;
    }
  }

  BodyShape body_;
  AnswerReader answer_;
  SseReader events_;
  JsonScanner json_;
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

UsageMeter::UsageMeter(BodyShape body) : impl_(std::make_unique<Impl>(body)) {}
UsageMeter::UsageMeter(UsageMeter&&) noexcept = default;
UsageMeter& UsageMeter::operator=(UsageMeter&&) noexcept = default;
UsageMeter::~UsageMeter() = default;

void UsageMeter::feed(std::string_view bytes) {
  if (!bytes.empty()) impl_->feed(bytes);
}

UsageOutcome UsageMeter::finish(bool complete) { return impl_->finish(complete); }

}  // namespace tollgate::usage
