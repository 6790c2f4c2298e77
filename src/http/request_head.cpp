// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>

#include "head_grammar.hpp"
#include "tollgate/base/text.hpp"
#include "tollgate/http/head.hpp"

namespace tollgate::http {
namespace {

std::optional<HeadError> parse_version(std::string_view text, int& minor_version) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (text.size() != 8 || text.substr(0, 5) != "HTTP/" || !digit(text[5]) || text[6] != '.' ||
      !digit(text[7])) {
    return HeadError{400, "the request line is malformed"};
  }
  if (text[5] != '1' || text[7] > '1')
    return HeadError{505, "only HTTP/1.0 and HTTP/1.1 are served"};
  minor_version = text[7] - '0';
  return std::nullopt;
}

std::optional<HeadError> parse_request_line(std::string_view line, RequestHead& out) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) {
    return HeadError{400, "the request line is malformed"};
  }
  out.method = line.substr(0, first);
  out.target = line.substr(first + 1, last - first - 1);
  if (!is_token(out.method)) return HeadError{400, "the method is malformed"};
  const auto printable = [](char c) { return c > 0x20 && c < 0x7F; };
  if (out.target.empty() || !std::all_of(out.target.begin(), out.target.end(), printable)) {
    return HeadError{400, "the request target is malformed"};
  }
  return parse_version(line.substr(last + 1), out.minor_version);
}

/// A host name, IPv4 or bracketed IPv6 address, with an optional port (faults.md H7).
bool is_host(std::string_view value) {
  if (value.empty()) return false;
  const auto allowed = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
           c == '-' || c == '_' || c == ':' || c == '[' || c == ']';
  };
  return std::all_of(value.begin(), value.end(), allowed);
}

std::optional<HeadError> check_single_fields(RequestHead& out) {
  int hosts = 0;
  for (const Field& field : out.fields) {
    if (iequals(field.name, "host")) {
      if (++hosts > 1) return HeadError{400, "Host is given twice"};
      if (!is_host(field.value)) return HeadError{400, "Host is malformed"};
    } else if (iequals(field.name, "expect")) {
      if (out.expect_continue || !iequals(field.value, "100-continue")) {
        return HeadError{417, "the expectation is not supported"};
      }
      out.expect_continue = true;
    }
  }
  if (hosts == 0 && out.minor_version == 1) return HeadError{400, "Host is missing"};
  return std::nullopt;
}

}  // namespace

std::optional<HeadError> parse_request_head(std::string_view head, const HeadLimits& limits,
                                            RequestHead& out) {
  if (head.size() > limits.bytes) return HeadError{431, "the request head is too large"};
  out.expect_continue = false;
  std::string_view rest = head;
  const auto line = take_line(rest);
  if (!line) return HeadError{400, "the request line is malformed"};
  if (const auto error = parse_request_line(*line, out)) return error;
  if (const auto error = parse_fields(rest, limits.fields, out.fields)) return error;
  if (const auto error = check_single_fields(out)) return error;
  ConnectionFields connection;
  if (const auto error = read_connection_fields(out.fields, out.minor_version, connection)) {
    return error;
  }
  out.body = {};
  if (connection.chunked) out.body.kind = Framing::chunked;
  if (connection.content_length.value_or(0) > 0) {
    out.body = {Framing::length, *connection.content_length};
  }
  out.keep_alive = !connection.close && (out.minor_version == 1 || connection.keep_alive);
  out.expect_continue = out.expect_continue && out.minor_version == 1;
  return std::nullopt;
}

}  // namespace tollgate::http
