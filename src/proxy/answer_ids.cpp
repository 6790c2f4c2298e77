// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "answer_ids.hpp"

#include <limits>

#include "tollgate/base/text.hpp"
#include "tollgate/operations/id_places.hpp"

namespace tollgate::proxy {
namespace {

/// A backend's own answer is not mistrusted as a client's body is; it is never held whole.
constexpr usage::UnfoldBounds kUnbounded{std::numeric_limits<std::uint64_t>::max(),
                                         std::numeric_limits<std::uint32_t>::max()};

/// As its type calls it: files, speech and transcripts are no JSON of the backend's, whatever they
/// look like.
usage::BodyShape shape_of(const http::ResponseHead& head, const AnswerReading& reading,
                          const operations::Operation& operation) {
  const bool is_content = reading.kept != audit::AnswerKind::as_it_begins ||
                          (head.status < 300 && operations::answers_with_file(operation));
  return is_content ? usage::BodyShape::opaque : usage::body_shape(head.find("content-type"));
}

}  // namespace

AnswerIds::AnswerIds(seals::ExchangeIds& ids, const http::ResponseHead& head,
                     const AnswerReading& reading, const operations::Operation& operation)
    : head_(head) {
  for (http::Field& field : head_.fields) {
    if (operations::is_url_field(field.name))
      field.value = values_.emplace_back(ids.shown_url(field.value));
  }
  const usage::BodyShape shape = shape_of(head, reading, operation);
  const std::string_view coding = trim(head.find("content-encoding"));
  const bool is_plain = coding.empty() || iequals(coding, "identity");
  if (shape == usage::BodyShape::opaque || !(is_plain || usage::ContentDecoder::knows(coding)))
    return;
  editor_.emplace(shape, operations::id_places(), ids);
  if (is_plain) return;
  decoder_.emplace(coding, kUnbounded);
  std::erase_if(head_.fields,
                [](const http::Field& field) { return iequals(field.name, "content-encoding"); });
}

void AnswerIds::feed(std::string_view payload, std::string& out) {
  if (!decoder_) return editor_->feed(payload, out);
  has_bytes_ = has_bytes_ || !payload.empty();
  decoder_->feed(payload, [&](std::string_view plain) { editor_->feed(plain, out); });
}

void AnswerIds::finish(std::string& out) {
  editor_->finish(out);
  cut_off_ = decoder_ && has_bytes_ && !decoder_->complete();
}

}  // namespace tollgate::proxy
