// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "json_sequence.hpp"

#include <algorithm>

namespace tollgate::usage {
namespace {

/// Between the objects of an array, of a sequence (RFC 7464) and of lines.
constexpr std::string_view kBetween = "[], \t\r\n\x1E\xEF\xBB\xBF";

/// A feed ends an event's line: in JSON it is a blank, or belongs to no JSON.
void append_in_line(std::string_view json, std::string& events) {
  const std::size_t begin = events.size();
  events.append(json);
  std::replace_if(
      events.begin() + static_cast<std::ptrdiff_t>(begin), events.end(),
      [](char c) { return c == '\r' || c == '\n'; }, ' ');
}

}  // namespace

void JsonSequence::feed(std::string_view bytes, std::string& events) {
  while (!bytes.empty()) {
    if (depth_ == 0) {
      bytes.remove_prefix(skip_between(bytes));
      if (bytes.empty()) return;
      ++objects_;
      events.append("data: ");
    }
    const std::size_t end = object_end(bytes);
    append_in_line(bytes.substr(0, end), events);
    if (depth_ == 0) events.append("\n\n");
    bytes.remove_prefix(end);
  }
}

/// How many bytes stand before the next object.
std::size_t JsonSequence::skip_between(std::string_view bytes) {
  const std::size_t size = std::min(bytes.find('{'), bytes.size());
  only_ = only_ && bytes.substr(0, size).find_first_not_of(kBetween) == bytes.npos;
  return size;
}

/// How many bytes belong to the object that is open, or begins with them.
std::size_t JsonSequence::object_end(std::string_view bytes) {
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    const char c = bytes[at];
    if (escaped_) {
      escaped_ = false;
    } else if (in_string_) {
      escaped_ = c == '\\';
      in_string_ = c != '"';
    } else if (c == '"') {
      in_string_ = true;
    } else if (c == '{' || c == '[') {
      ++depth_;
    } else if ((c == '}' || c == ']') && --depth_ == 0) {
      return at + 1;
    }
  }
  return bytes.size();
}

}  // namespace tollgate::usage
