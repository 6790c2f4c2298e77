// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstring>
#include <optional>

#include "tollgate/base/text.hpp"
#include "tollgate/usage/request_scan.hpp"

namespace tollgate::usage {
namespace {

constexpr std::size_t kLongestBoundary = 70;  // RFC 2046 5.1.1
constexpr std::size_t kLongestPartHead = 4096;
constexpr std::size_t kLongestValue = 256;
constexpr auto kNowhere = std::string_view::npos;

std::size_t find(std::string_view text, std::string_view what, std::size_t from) {
  if (from >= text.size()) return kNowhere;  // memmem takes no null, not even of no bytes
  const void* at = ::memmem(text.data() + from, text.size() - from, what.data(), what.size());
  return at == nullptr ? kNowhere
                       : static_cast<std::size_t>(static_cast<const char*>(at) - text.data());
}

/// The value of a parameter such as boundary=x or name="x" in a header field's value; empty: none.
std::string_view parameter(std::string_view field, std::string_view name) {
  for (std::size_t at = field.find(';'); at != kNowhere; at = field.find(';', at)) {
    ++at;
    while (at < field.size() && (field[at] == ' ' || field[at] == '\t')) ++at;
    const std::size_t equals = field.find('=', at);
    if (equals == kNowhere) return {};
    if (!iequals(field.substr(at, equals - at), name)) continue;
    const std::string_view value = field.substr(equals + 1);
    if (value.starts_with('"')) return value.substr(1, value.find('"', 1) - 1);
    return trim(value.substr(0, value.find(';')));
  }
  return {};
}

/// The name of the form field a part is for; empty for a file.
std::string_view field_name(std::string_view part_head) {
  constexpr std::string_view kDisposition = "content-disposition:";
  while (!part_head.empty()) {
    const std::size_t end = std::min(part_head.find("\r\n"), part_head.size());
    const std::string_view line = part_head.substr(0, end);
    part_head.remove_prefix(std::min(end + 2, part_head.size()));
    if (!iequals(line.substr(0, kDisposition.size()), kDisposition)) continue;
    return parameter(line, "filename").empty() ? parameter(line, "name") : std::string_view();
  }
  return {};
}

void take_field(std::string_view name, std::string_view value, std::size_t begin,
                RequestScan& out) {
  if (value.size() > kLongestValue) return;
  if (name == "model") {
    out.duplicate_member = out.duplicate_member || out.model_end != 0;
    out.model = value;
    out.model_begin = begin;
    out.model_end = begin + value.size();
  } else if (name == "stream") {
    out.stream = value == "true" || value == "True";
  } else if (name == "user") {
    out.end_user = sanitize_utf8(value, kLongestValue);
  }
}

}  // namespace

Result<RequestScan> scan_form(std::string_view content_type, std::string_view body) {
  const Error malformed{Errc::invalid_input, "the form is malformed"};
  const std::string_view boundary = parameter(content_type, "boundary");
  if (!iequals(trim(content_type.substr(0, content_type.find(';'))), "multipart/form-data") ||
      boundary.empty() || boundary.size() > kLongestBoundary) {
    return malformed;
  }
  RequestScan out;
  out.form = true;
  const std::string delimiter = std::string("\r\n--").append(boundary);
  const std::string_view opening = std::string_view(delimiter).substr(2);
  std::size_t at = body.starts_with(opening) ? 0 : find(body, delimiter, 0);
  if (at == kNowhere) return malformed;
  at += at == 0 ? opening.size() : delimiter.size();
  while (body.substr(at, 2) != "--") {
    if (body.substr(at, 2) != "\r\n") return malformed;
    const std::size_t head_end = find(body.substr(0, at + kLongestPartHead), "\r\n\r\n", at);
    if (head_end == kNowhere) return malformed;
    const std::size_t begin = head_end + 4;
    const std::size_t end =
        find(body, delimiter, begin - 2);  // an empty part's delimiter begins at its blank line
    if (end == kNowhere) return malformed;
    const std::string_view head =
        head_end == at ? std::string_view() : body.substr(at + 2, head_end - at - 2);
    take_field(field_name(head), body.substr(begin, end < begin ? 0 : end - begin), begin, out);
    at = end + delimiter.size();
  }
  return out;
}

}  // namespace tollgate::usage
