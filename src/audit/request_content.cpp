// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/audit/request_content.hpp"

#include <utility>

#include "binary_probe.hpp"
#include "text_body.hpp"

namespace tollgate::audit {
namespace {

std::string described(std::string_view content_type, std::string_view body) {
  if (media_type_of(content_type) == "multipart/form-data")
    return describe_form(content_type, body);
  return describe_binary(content_type, body);
}

}  // namespace

RequestContent request_content(std::string_view content_type, std::string_view body,
                               std::size_t max_bytes) {
  TextBody kept(max_bytes);
  if (is_text_type(content_type) || body.starts_with('{')) {
    kept.feed(body);
  } else if (!body.empty()) {
    kept.feed(described(content_type, body));
  }
  BoundedJson::Kept result = kept.finish();
  return {std::move(result.text), result.json, result.cut};
}

}  // namespace tollgate::audit
