// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "answer_reading.hpp"

#include <string_view>

#include "tollgate/base/text.hpp"

namespace tollgate::proxy {
namespace {

using audit::AnswerKind;
using usage::AnswerForm;
using usage::BodyShape;

/// What an answer's label says.
struct Label {
  BodyShape shape;
  bool is_text;

  explicit Label(std::string_view content_type)
      : shape(usage::body_shape(content_type)),
        is_text(iequals(trim(content_type).substr(0, 5), "text/")) {}
  /// Whether it tells what the body is made of.
  bool is_sure() const { return shape != BodyShape::opaque && shape != BodyShape::unsure; }
};

/// A transcript as plain text: what it says may look like anything. Its request tells, and the
/// label where that does not; what is called JSON is taken for it, since a backend may not know the
/// field.
bool is_plain_transcript(const Label& label, const operations::Api& api,
                         const usage::RequestScan* scan) {
  if (!api.answers_in_text || label.shape == BodyShape::json) return false;
  if (scan != nullptr && scan->stream) return false;
  if (scan != nullptr && scan->answer_form != AnswerForm::unknown)
    return scan->answer_form == AnswerForm::text;
  return label.shape == BodyShape::unsure && label.is_text;
}

/// Sound under a label that says nothing of it.
bool is_mere_sound(const Label& label, const operations::Api& api) {
  return api.answers_in_sound && label.shape == BodyShape::unsure && !label.is_text;
}

/// Of a file's bytes nothing is metered, whatever they look like.
bool is_metered(const operations::Operation& operation) {
  return operation.counts() || operation.leaves != operations::Leaves::nothing;
}

/// An error is none of what the operation gives.
AnswerKind kind_of(const Label& label, const operations::Api& api, const usage::RequestScan* scan) {
  if (is_plain_transcript(label, api, scan)) return AnswerKind::text;
  return is_mere_sound(label, api) ? AnswerKind::file : AnswerKind::as_it_begins;
}

BodyShape shape_of(const Label& label, AnswerKind kind, bool is_error,
                   const operations::Operation& operation) {
  if (kind == AnswerKind::text) return BodyShape::opaque;
  if (label.is_sure()) return label.shape;
  // An error may call its JSON text: its code is looked for whatever the type says.
  if (is_error) return BodyShape::json;
  return is_metered(operation) ? label.shape : BodyShape::opaque;
}

}  // namespace

AnswerReading reading_of(const upstream::Answer& answer, const upstream::OutboundRequest& request) {
  const Label label(answer.head.find("content-type"));
  const operations::Operation& operation = *request.target->operation;
  const bool is_error = answer.head.status >= 300;
  const AnswerKind kind =
      is_error ? AnswerKind::as_it_begins : kind_of(label, *operation.api, request.scan);
  return {shape_of(label, kind, is_error, operation), kind, answer.may_be_stream()};
}

}  // namespace tollgate::proxy
