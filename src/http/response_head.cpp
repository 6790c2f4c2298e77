// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "head_grammar.hpp"
#include "tollgate/base/text.hpp"
#include "tollgate/http/head.hpp"

namespace tollgate::http {
namespace {

std::optional<HeadError> parse_status_line(std::string_view line, ResponseHead& out) {
  const HeadError malformed{502, "the status line is malformed"};
  if (line.size() < 12 || line.substr(0, 7) != "HTTP/1." || line[8] != ' ') return malformed;
  if (line[7] != '0' && line[7] != '1') return malformed;
  out.minor_version = line[7] - '0';
  out.status = 0;
  for (const char c : line.substr(9, 3)) {
    if (c < '0' || c > '9') return malformed;
    out.status = out.status * 10 + (c - '0');
  }
  if (out.status < 100 || out.status > 599) return malformed;
  if (line.size() > 12 && line[12] != ' ') return malformed;
  out.reason =
      line.size() > 13 ? line.substr(13) : std::string_view();  // the reason may be missing
  if (!is_field_value(out.reason)) return malformed;
  return std::nullopt;
}

bool has_no_body(int status, bool to_head_request) {
  return to_head_request || status < 200 || status == 204 || status == 304;
}

}  // namespace

std::optional<HeadError> parse_response_head(std::string_view head, const HeadLimits& limits,
                                             bool to_head_request, ResponseHead& out) {
  if (head.size() > limits.bytes) return HeadError{502, "the response head is too large"};
  std::string_view rest = head;
  const auto line = take_line(rest);
  if (!line) return HeadError{502, "the status line is malformed"};
  if (const auto error = parse_status_line(*line, out)) return error;
  if (const auto error = parse_fields(rest, limits.fields, out.fields)) return error;
  ConnectionFields connection;
  if (const auto error = read_connection_fields(out.fields, out.minor_version, connection)) {
    return error;
  }
  out.keep_alive = !connection.close && (out.minor_version == 1 || connection.keep_alive);
  if (has_no_body(out.status, to_head_request)) {
    out.body = {};
  } else if (connection.chunked) {
    out.body = {Framing::chunked, 0};
  } else if (connection.content_length) {
    out.body = {*connection.content_length == 0 ? Framing::none : Framing::length,
                *connection.content_length};
  } else {
    out.body = {Framing::until_close, 0};
    out.keep_alive = false;
  }
  return std::nullopt;
}

}  // namespace tollgate::http
