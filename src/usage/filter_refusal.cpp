// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/usage/filter_refusal.hpp"

#include <algorithm>
#include <array>

#include <simdjson.h>

#include "tollgate/base/text.hpp"

namespace tollgate::usage {
namespace {

using simdjson::dom::element;

constexpr std::array<std::string_view, 4> kWords{kContentFilter, "content_filter_error",
                                                 "content_policy_violation",
                                                 "ResponsibleAIPolicyViolation"};
constexpr int kDeepest = 8;

bool names_filter(const element& part, int depth);

bool text_names_filter(std::string_view text, int depth) {
  const std::size_t first = text.find_first_of("{[");
  if (first == text.npos) return false;
  simdjson::dom::parser parser;  // one that is read from is in use
  element inner;
  const simdjson::padded_string json(text.substr(first));
  return parser.parse(json).get(inner) == simdjson::SUCCESS && names_filter(inner, depth + 1);
}

bool is_named(const simdjson::dom::object& part, std::string_view key) {
  std::string_view word;
  return part[key].get(word) == simdjson::SUCCESS && is_filter_word(word);
}

bool object_names_filter(const simdjson::dom::object& part, int depth) {
  if (is_named(part, "code") || is_named(part, "type")) return true;
  return std::any_of(part.begin(), part.end(),
                     [&](const auto& member) { return names_filter(member.value, depth + 1); });
}

/// At most kDeepest levels.
bool names_filter(const element& part, int depth) {
  if (depth > kDeepest) return false;
  std::string_view text;
  if (part.get(text) == simdjson::SUCCESS) return text_names_filter(text, depth);
  simdjson::dom::object object;
  if (part.get(object) == simdjson::SUCCESS) return object_names_filter(object, depth);
  simdjson::dom::array array;
  if (part.get(array) != simdjson::SUCCESS) return false;
  return std::any_of(array.begin(), array.end(),
                     [&](const element& inner) { return names_filter(inner, depth + 1); });
}

}  // namespace

bool is_filter_word(std::string_view word) {
  return std::any_of(kWords.begin(), kWords.end(),
                     [&](std::string_view known) { return iequals(word, known); });
}

bool is_filter_refusal(std::string_view error) {
  simdjson::dom::parser parser;
  element whole;
  const simdjson::padded_string json(error);
  if (parser.parse(json).get(whole) == simdjson::SUCCESS) return names_filter(whole, 0);
  return text_names_filter(error, 0);
}

}  // namespace tollgate::usage
