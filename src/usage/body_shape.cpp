// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/usage/body_shape.hpp"

#include <algorithm>
#include <array>

#include "line_end.hpp"
#include "tollgate/base/text.hpp"

namespace tollgate::usage {
namespace {

/// Before what tells: white space, a byte order mark, the separator of JSON sequences (RFC 7464).
constexpr std::string_view kBlanks = " \t\r\n\xEF\xBB\xBF\x1E";

/// A comment's name is empty.
constexpr std::array<std::string_view, 5> kFields{"data", "event", "id", "retry", ""};

/// Beside text.
constexpr std::array<std::string_view, 7> kSaysNothing{
    "application/octet-stream", "binary/octet-stream", "application/jsonl",
    "application/x-ndjson",     "application/ndjson",  "application/json-seq",
    "application/x-jsonlines"};

/// Whether text may hold it: no control character but a tab, and no byte that UTF-8 never has.
bool is_of_text(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return c == '\t' || (byte >= 0x20 && byte != 0x7F && byte < 0xF5 && byte != 0xC0 && byte != 0xC1);
}

/// Of lines that are no JSON: whether one shows that events come. Unknown fields may stand first.
std::optional<BodyShape> shape_of_lines(std::string_view lines) {
  while (!lines.empty()) {
    const std::size_t end = find_line_end(lines);
    const std::string_view line = lines.substr(0, end);
    if (is_event_line(line, end < lines.size())) return BodyShape::server_sent_events;
    if (!std::ranges::all_of(line, is_of_text)) return BodyShape::opaque;
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
  return std::nullopt;
}

}  // namespace

bool is_event_line(std::string_view line, bool ended) {
  const std::size_t colon = line.find(':');
  if (colon == line.npos && (!ended || line.empty())) return false;
  return std::ranges::find(kFields, line.substr(0, colon)) != kFields.end();
}

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
  if (!held_.empty()) return tell(held_.append(bytes));
  shown_ = bytes;
  const std::optional<BodyShape> told = tell(bytes);
  if (!told) held_ = bytes;
  return told;
}

std::optional<BodyShape> ShapeProbe::tell(std::string_view shown) const {
  const bool is_enough = shown.size() > kMostHeld;
  shown = shown.substr(0, kMostHeld);
  shown.remove_prefix(std::min(shown.find_first_not_of(kBlanks), shown.size()));
  if (shown.empty() && is_enough && label_ != BodyShape::unsure) return label_;
  if (shown.starts_with('{') || shown.starts_with('[')) return BodyShape::json;
  if (!shown.empty() && label_ == BodyShape::server_sent_events) return label_;
  const std::optional<BodyShape> told = shape_of_lines(shown);
  return told || !is_enough ? told : BodyShape::opaque;
}

}  // namespace tollgate::usage
