// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/usage/body_shape.hpp"

#include <algorithm>
#include <array>

#include "tollgate/base/text.hpp"

namespace tollgate::usage {
namespace {

/// Before what tells: white space, a byte order mark, the separator of JSON sequences (RFC 7464).
constexpr std::string_view kBlanks = " \t\r\n\xEF\xBB\xBF\x1E";

constexpr std::array<std::string_view, 5> kFields{"data:", "event:", "id:", "retry:", ":"};

/// Beside text.
constexpr std::array<std::string_view, 7> kSaysNothing{
    "application/octet-stream", "binary/octet-stream", "application/jsonl",
    "application/x-ndjson",     "application/ndjson",  "application/json-seq",
    "application/x-jsonlines"};

}  // namespace

BodyShape body_shape(std::string_view content_type) {
  const std::string_view type = trim(content_type.substr(0, content_type.find(';')));
  const auto is_type = [type](std::string_view name) { return iequals(type, name); };
  if (is_type("text/event-stream")) return BodyShape::server_sent_events;
  if (is_type("application/json") || is_type("text/json")) return BodyShape::json;
  const std::size_t plus = type.rfind('+');
  if (plus != std::string_view::npos && iequals(type.substr(plus), "+json")) return BodyShape::json;
  const bool is_text = iequals(type.substr(0, type.find('/')), "text");
  if (type.empty() || is_text || std::ranges::any_of(kSaysNothing, is_type))
    return BodyShape::unsure;
  return BodyShape::opaque;
}

std::optional<BodyShape> ShapeProbe::feed(std::string_view bytes) {
  held_.append(bytes);
  const std::size_t blanks = held_.find_first_not_of(kBlanks);
  if (blanks == std::string::npos) {
    return held_.size() > kMostBlanks ? std::optional(BodyShape::opaque) : std::nullopt;
  }
  const std::string_view text = std::string_view(held_).substr(blanks);
  if (text.front() == '{' || text.front() == '[') return BodyShape::json;
  const auto begins = [text](std::string_view field) { return text.starts_with(field); };
  if (std::ranges::any_of(kFields, begins)) return BodyShape::server_sent_events;
  const auto may_begin = [text](std::string_view field) { return field.starts_with(text); };
  return std::ranges::any_of(kFields, may_begin) ? std::nullopt : std::optional(BodyShape::opaque);
}

}  // namespace tollgate::usage
