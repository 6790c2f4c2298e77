// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <simdjson.h>

namespace tollgate::tokenizer {

/// A value of a parsed body; nothing where a body lacks it. What is not of the kind asked for reads
/// as absent.
using Json = std::optional<simdjson::dom::element>;

Json member(Json object, std::string_view name);
std::string_view text_of(Json value);
std::vector<simdjson::dom::element> elements_of(Json value);

struct Member {
  std::string_view name;
  Json value;
};
std::vector<Member> members_of(Json value);

/// Its JSON text without white space.
std::string minified(Json value);

inline std::string_view text_member(Json object, std::string_view name) {
  return text_of(member(object, name));
}

/// Present, and not null.
inline bool has(Json object, std::string_view name) {
  const Json value = member(object, name);
  return value && !value->is_null();
}

}  // namespace tollgate::tokenizer
