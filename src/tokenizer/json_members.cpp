// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "json_members.hpp"

namespace tollgate::tokenizer {

using simdjson::dom::element;

Json member(Json object, std::string_view name) {
  element value;
  if (!object || (*object)[name].get(value) != simdjson::SUCCESS) return std::nullopt;
  return value;
}

std::string_view text_of(Json value) {
  std::string_view text;
  if (!value || value->get(text) != simdjson::SUCCESS) return {};
  return text;
}

std::vector<element> elements_of(Json value) {
  simdjson::dom::array array;
  if (!value || value->get(array) != simdjson::SUCCESS) return {};
  return {array.begin(), array.end()};
}

std::vector<Member> members_of(Json value) {
  simdjson::dom::object object;
  if (!value || value->get(object) != simdjson::SUCCESS) return {};
  std::vector<Member> members;
  for (const auto field : object) members.push_back({field.key, field.value});
  return members;
}

std::string minified(Json value) { return value ? simdjson::minify(*value) : std::string(); }

}  // namespace tollgate::tokenizer
