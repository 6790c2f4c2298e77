// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <array>
#include <string_view>
#include <utility>

#include "tollgate/base/text.hpp"
#include "tollgate/usage/form_parts.hpp"
#include "tollgate/usage/image_words.hpp"
#include "tollgate/usage/request_scan.hpp"

namespace tollgate::usage {
namespace {

constexpr std::size_t kLongestValue = 256;

constexpr std::array<std::string_view, 3> kFields{"model", "stream", "user"};

/// As with the members of JSON: whether a backend takes `Stream` cannot be known.
void check_spelling(std::string_view name, RequestScan& out) {
  for (const std::string_view field : kFields) {
    if (iequals(name, field) && name != field) out.misspelt_member = field;
  }
}

void take_field(std::string_view name, std::string_view value, RequestScan& out) {
  if (value.size() > kLongestValue) return;
  if (name == "stream") {
    out.stream = value == "true" || value == "True";
  } else if (name == "user") {
    out.end_user = sanitize_utf8(value, kLongestValue);
  } else if (name == "size") {
    out.image_size = image_size_word(value);
  } else if (name == "quality") {
    out.image_quality = image_quality_word(value);
  }
}

}  // namespace

RequestScan scan_form(std::span<const FormPart> parts, std::string_view body) {
  RequestScan out;
  out.form = true;
  bool model_seen = false;
  for (const FormPart& part : parts) {
    if (part.is_file) continue;
    check_spelling(part.name, out);
    if (part.name == "model") {
      out.duplicate_member = out.duplicate_member || std::exchange(model_seen, true);
    }
    take_field(part.name, body.substr(part.begin, part.end - part.begin), out);
  }
  return out;
}

}  // namespace tollgate::usage
