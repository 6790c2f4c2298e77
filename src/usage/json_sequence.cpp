// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "json_sequence.hpp"

#include <algorithm>

namespace tollgate::usage {
namespace {

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
  using Kind = ObjectFramer::Kind;
  for (;;) {
    const bool goes_on = framer_.in_object();
    const ObjectFramer::Token token = framer_.next(bytes);
    if (token.kind == Kind::need_more) return;
    bytes.remove_prefix(token.raw.size());
    if (token.kind == Kind::done) events.append("data: [DONE]\n\n");
    if (token.kind != Kind::piece && token.kind != Kind::last) continue;
    if (!goes_on) events.append("data: ");
    append_in_line(token.raw, events);
    if (token.kind == Kind::last) events.append("\n\n");
  }
}

}  // namespace tollgate::usage
