// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tool_tokens.hpp"

namespace tollgate::tokenizer {
namespace {

// Documented: OpenAI's cookbook, "How to count tokens with tiktoken", section on tool calls: a
// function costs kFunction and "name:description", its first property kProperties, each property
// kProperty and "name:type:description", an enum kEnum and kEnumItem with the text for each of its
// values, and all functions together kEnd.
constexpr std::int64_t kFunctionO200k = 7;
constexpr std::int64_t kFunctionCl100k = 10;
constexpr std::int64_t kProperties = 3;
constexpr std::int64_t kProperty = 3;
constexpr std::int64_t kEnum = -3;
constexpr std::int64_t kEnumItem = 3;
constexpr std::int64_t kEnd = 12;

std::string_view without_full_stop(std::string_view text) {
  if (text.ends_with('.')) text.remove_suffix(1);
  return text;
}

/// A text as it is, anything else as JSON.
std::string text_or_json(Json value) {
  return value && value->is_string() ? std::string(text_of(value)) : minified(value);
}

class FunctionTokens {
 public:
  explicit FunctionTokens(PromptTally& tally) : tally_(tally) {}

  void add_function(Json function) {
    tokens_ += tally_.encoding == Encoding::o200k_base ? kFunctionO200k : kFunctionCl100k;
    add_text(std::string(text_member(function, "name")) + ':' +
             std::string(without_full_stop(text_member(function, "description"))));
    add_properties(member(function, "parameters"));
  }

  std::int64_t tokens() const { return tokens_; }

 private:
  void add_text(std::string_view text) { tokens_ += static_cast<std::int64_t>(tally_.count(text)); }

  void add_properties(Json schema) {
    const auto properties = members_of(member(schema, "properties"));
    if (!properties.empty()) tokens_ += kProperties;
    for (const auto& [name, property] : properties) add_property(name, property);
  }

  /// The rule covers properties of plain types. Unverified: that those of an inner object, or of
  /// the objects in an array, cost the same. The parser's limit on nesting bounds the recursion.
  void add_property(std::string_view name, Json property) {
    tokens_ += kProperty;
    if (has(property, "enum")) tokens_ += kEnum;
    for (const auto item : elements_of(member(property, "enum"))) {
      tokens_ += kEnumItem;
      add_text(text_or_json(item));
    }
    add_text(std::string(name) + ':' + text_or_json(member(property, "type")) + ':' +
             std::string(without_full_stop(text_member(property, "description"))));
    add_properties(property);
    add_properties(member(property, "items"));
  }

  PromptTally& tally_;
  std::int64_t tokens_ = 0;
};

}  // namespace

void add_tools(PromptTally& tally, Json tools) {
  FunctionTokens functions(tally);
  bool any = false;
  for (const auto tool : elements_of(tools)) {
    tally.estimate.tools_approximate = true;
    const Json function = has(tool, "function") ? member(tool, "function") : Json(tool);
    if (!has(function, "name")) continue;
    functions.add_function(function);
    any = true;
  }
  if (any) tally.add(static_cast<std::uint64_t>(functions.tokens() + kEnd));
}

/// Unverified: that a schema costs about its text.
void add_output_schema(PromptTally& tally, Json schema) {
  if (!schema || schema->is_null()) return;
  tally.add_text(minified(schema));
  tally.estimate.tools_approximate = true;
}

}  // namespace tollgate::tokenizer
