// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "generated_text.hpp"

#include <simdjson.h>

namespace tollgate::usage {
namespace {

/// The name and arguments of a function that is called.
void add_function(const simdjson::dom::element& function, GeneratedText& out) {
  for (const char* member : {"name", "arguments"}) {
    std::string_view text;
    if (function.at_key(member).get(text) == simdjson::SUCCESS) out.add(text);
  }
}

}  // namespace

void GeneratedText::add(std::string_view text) {
  for (; kept_.size() + text.size() > kMostKept; count_kept(model_hint_)) {
    const std::size_t room = kMostKept - kept_.size();
    kept_.append(text.substr(0, room));
    text.remove_prefix(room);
  }
  kept_.append(text);
}

void GeneratedText::add_tool_calls(std::string_view json) {
  if (json.empty()) return;
  thread_local simdjson::dom::parser parser;
  simdjson::dom::element root;
  if (parser.parse(simdjson::padded_string(json)).get(root) != simdjson::SUCCESS) return;
  simdjson::dom::array calls;
  if (root.get(calls) != simdjson::SUCCESS) return add_function(root, *this);
  for (const simdjson::dom::element call : calls) {
    simdjson::dom::element function;
    if (call.at_key("function").get(function) == simdjson::SUCCESS) add_function(function, *this);
  }
}

void GeneratedText::count_kept(std::string_view model) {
  if (!counter_) counter_.emplace(tokenizer::encoding_for_model(model).encoding);
  counter_->feed(kept_);
  kept_.clear();
}

std::optional<std::int64_t> GeneratedText::count(std::string_view model) {
  if (!counter_ && kept_.empty()) return std::nullopt;
  count_kept(model.empty() ? model_hint_ : model);
  return static_cast<std::int64_t>(counter_->finish());
}

}  // namespace tollgate::usage
