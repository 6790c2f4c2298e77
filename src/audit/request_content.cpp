// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/audit/request_content.hpp"

#include <utility>

#include "binary_probe.hpp"
#include "text_body.hpp"

namespace tollgate::audit {
namespace {

std::string described(std::string_view content_type, std::string_view body, std::size_t max_bytes) {
  if (media_type_of(content_type) == "multipart/form-data")
    return describe_form(content_type, body, max_bytes);
  return describe_binary(content_type, body);
}

RequestContent content_of(BoundedJson::Kept kept) {
  return {std::move(kept.text), kept.json, kept.cut};
}

}  // namespace

RequestContent request_content(std::string_view content_type, std::string_view body,
                               std::size_t max_bytes) {
  TextBody kept(max_bytes);
  if (RequestText::is_text(content_type, body)) {
    kept.feed_all(body);
  } else if (!body.empty()) {
    kept.feed(described(content_type, body, max_bytes));
  }
  return content_of(kept.finish());
}

bool RequestText::is_text(std::string_view content_type, std::string_view body) {
  return is_text_type(content_type) || body.starts_with('{');
}

RequestText::RequestText(std::size_t max_bytes) : body_(std::make_unique<TextBody>(max_bytes)) {}
RequestText::RequestText(RequestText&&) noexcept = default;
RequestText::~RequestText() = default;

void RequestText::feed(std::string_view piece) { body_->feed(piece); }

bool RequestText::full() const { return body_->full(); }

RequestContent RequestText::finish() { return content_of(body_->finish()); }

}  // namespace tollgate::audit
