// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "tollgate/http/head.hpp"

// The parts of the head grammar that requests and responses share.
namespace tollgate::http {

/// RFC 9110 5.6.2, not empty.
bool is_token(std::string_view text);

/// No control bytes but tab; bytes above 0x7F are allowed (obs-text).
bool is_field_value(std::string_view text);

/// Splits one line off `rest`; nullopt when no CRLF is left or a bare CR or LF stands in the line.
std::optional<std::string_view> take_line(std::string_view& rest);

/// Parses the field lines up to and including the empty line.
std::optional<HeadError> parse_fields(std::string_view rest, std::size_t limit,
                                      std::vector<Field>& out);

/// Digits only, at most 19 of them.
std::optional<std::uint64_t> parse_content_length(std::string_view value);

/// What the fields say about framing and persistence, each at most once.
struct ConnectionFields {
  std::optional<std::uint64_t> content_length;
  bool chunked = false;
  bool close = false;
  bool keep_alive = false;
};

/// Reads Content-Length, Transfer-Encoding and Connection. Refuses repeated or contradicting ones.
std::optional<HeadError> read_connection_fields(const std::vector<Field>& fields, int minor_version,
                                                ConnectionFields& out);

/// Calls `visit` for each comma-separated element, trimmed, empty ones too.
template <class Visitor>
void for_each_element(std::string_view list, Visitor visit) {
  for (;;) {
    const std::size_t comma = list.find(',');
    std::string_view element = list.substr(0, comma);
    while (!element.empty() && (element.front() == ' ' || element.front() == '\t')) {
      element.remove_prefix(1);
    }
    while (!element.empty() && (element.back() == ' ' || element.back() == '\t')) {
      element.remove_suffix(1);
    }
    visit(element);
    if (comma == std::string_view::npos) return;
    list.remove_prefix(comma + 1);
  }
}

}  // namespace tollgate::http
