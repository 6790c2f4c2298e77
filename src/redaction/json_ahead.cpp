// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "json_ahead.hpp"

#include <algorithm>

#include "member_name.hpp"
#include "rule_set.hpp"
#include "schema_places.hpp"

namespace tollgate::redaction {
namespace {

std::string_view inside(std::string_view quoted) { return quoted.substr(1, quoted.size() - 2); }

}  // namespace

JsonAhead::JsonAhead(const JsonTokens& rest, std::string_view name, bool typed)
    : tokens_(rest), at_(rest.at()), frames_{Frame{.object = true, .typed = typed}} {
  take_key(name);
}

std::size_t JsonAhead::step() {
  const std::size_t before = at_;
  const JsonToken token = tokens_.next();
  at_ = std::max(before, token.end);
  take(token);
  if (done()) std::ranges::sort(kept_, {}, &Kept::begin);
  return at_ - before;
}

void JsonAhead::take(const JsonToken& token) {
  using Kind = JsonToken::Kind;
  Frame& frame = frames_.back();
  switch (token.kind) {
    case Kind::open_object:
    case Kind::open_array:
      return open(token);
    case Kind::close_object:
    case Kind::close_array:
      return close();
    case Kind::key:
      return take_key(member_name(inside(tokens_.of(token))));
    case Kind::text:
      take_text(token);
      frame.schemas = false;
      break;
    case Kind::word:
      frame.schemas = frame.schemas && tokens_.of(token) != "null";
      break;
    case Kind::number:
      frame.schemas = false;
      break;
    case Kind::end:
    case Kind::malformed:
      frames_.clear();
      return;
  }
  frame.empty = false;
}

/// A list of types is asked as one type is.
void JsonAhead::open(const JsonToken& token) {
  const bool object = token.kind == JsonToken::Kind::open_object;
  const bool types = !object && frames_.back().member == Member::type;
  frames_.push_back(
      {.begin = token.begin, .object = object, .member = types ? Member::type : Member::other});
}

JsonAhead::Member JsonAhead::role_in_frame(std::string_view name) {
  if (name == "type") return Member::type;
  if (name == "properties") return Member::properties;
  return role_of(name) == MemberRole::label ? Member::label : Member::other;
}

void JsonAhead::take_key(std::string_view name) {
  Frame& frame = frames_.back();
  frame.empty = false;
  frame.describes = frame.describes || describes_value(name);
  frame.member = role_in_frame(name);
}

/// `type` is a label, too.
void JsonAhead::take_text(const JsonToken& token) {
  Frame& frame = frames_.back();
  if (frame.member == Member::type) {
    const std::string_view type = inside(tokens_.of(token));
    frame.typed = frame.typed || type == "object";
    frame.describes = frame.describes || is_schema_type(type);
  }
  if (!frame.object || (frame.member != Member::label && frame.member != Member::type)) return;
  const std::string label = label_of(token);
  if (!names_secret(label)) return;
  if (!frame.labelled || says_more(label, label_of(frame.label))) frame.label = token;
  frame.labelled = true;
}

void JsonAhead::close() {
  const Frame last = frames_.back();
  frames_.pop_back();
  const bool schema = is_schema(last);
  if (frames_.empty()) {
    outermost_ = {last.labelled ? label_of(last.label) : std::string(), schema};
    return;
  }
  if (last.labelled || schema) {
    const auto narrow = [](std::size_t place) { return static_cast<std::uint32_t>(place); };
    kept_.push_back({narrow(last.begin), narrow(last.label.begin), narrow(last.label.end), schema});
  }
  Frame& frame = frames_.back();
  frame.empty = false;
  frame.schemas = frame.schemas && last.object && (last.describes || last.empty);
  if (frame.member == Member::properties)
    frame.properties = last.object && last.schemas && !last.empty;
  if (frame.member == Member::type && !last.object) {
    frame.typed = frame.typed || last.typed;
    frame.describes = frame.describes || last.describes;
  }
}

std::string JsonAhead::label_of(const JsonToken& token) const {
  return member_name(inside(tokens_.of(token)));
}

ObjectFacts JsonAhead::of(std::size_t begin) const {
  const auto found = std::ranges::lower_bound(kept_, begin, {}, &Kept::begin);
  if (found == kept_.end() || found->begin != begin) return {};
  const JsonToken label{JsonToken::Kind::text, found->label, found->label_end};
  return {found->label == 0 ? std::string() : label_of(label), found->schema};
}

}  // namespace tollgate::redaction
