// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "text_body.hpp"

#include <algorithm>
#include <array>

#include "binary_probe.hpp"
#include "tollgate/base/text.hpp"
#include "tollgate/usage/body_shape.hpp"

namespace tollgate::audit {
namespace {

/// A piece whose files are described at once.
constexpr std::size_t kPiece = 16 * 1024;

/// Text beside `text/...` and JSON.
constexpr std::array<std::string_view, 9> kTextTypes{
    "application/x-ndjson", "application/jsonl", "application/x-jsonlines",
    "application/xml",      "application/yaml",  "application/x-www-form-urlencoded",
    "application/x-subrip", "application/sdp",   "application/problem+xml"};

}  // namespace

void TextBody::feed(std::string_view bytes) {
  while (!bytes.empty() && !kept_.full()) {
    const std::string_view piece = bytes.substr(0, kPiece);
    described_.clear();
    files_.feed(piece, described_);
    kept_.feed(described_);
    bytes.remove_prefix(piece.size());
  }
}

void TextBody::feed_all(std::string_view bytes) {
  if (may_hold_file(bytes)) return feed(bytes);
  kept_.feed(bytes);
}

BoundedJson::Kept TextBody::finish() {
  described_.clear();
  files_.finish(described_);
  kept_.feed(described_);
  return kept_.finish();
}

bool is_text_type(std::string_view content_type) {
  using usage::BodyShape;
  const BodyShape shape = usage::body_shape(content_type);
  if (shape == BodyShape::json || shape == BodyShape::server_sent_events) return true;
  if (trim(content_type.substr(0, content_type.find(';'))).empty()) return true;
  const std::string type = media_type_of(content_type);
  return type.starts_with("text/") || std::ranges::find(kTextTypes, type) != kTextTypes.end();
}

}  // namespace tollgate::audit
