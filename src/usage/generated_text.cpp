// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "generated_text.hpp"

#include <array>
#include <cstring>

#include <simdjson.h>

#include "json_bytes.hpp"
#include "json_cursor.hpp"

namespace tollgate::usage {
namespace {

constexpr std::string_view kChoices = "\"choices\"";

/// What stands right before the text of an ordinary chunk: chat, Responses, completions. Inside a JSON string
/// none of them can stand, since its quotes would be escaped.
constexpr std::array<std::string_view, 3> kBeforeText{"\"delta\":{\"content\":\"", "\"delta\":\"",
                                                      "\"text\":\""};

const char* find(std::string_view text, std::string_view what) {
  return static_cast<const char*>(::memmem(text.data(), text.size(), what.data(), what.size()));
}

}  // namespace

void GeneratedText::add(std::string_view text) {
  kept_.append(text);
  if (kept_.size() > kMostKept) count_kept(model_hint_);
}

void GeneratedText::add_tool_calls(std::string_view json) {
  if (json.empty()) return;
  thread_local simdjson::dom::parser parser;
  simdjson::dom::array calls;
  if (parser.parse(simdjson::padded_string(json)).get(calls) != simdjson::SUCCESS) return;
  for (const simdjson::dom::element call : calls) {
    for (const char* member : {"/function/name", "/function/arguments"}) {
      std::string_view text;
      if (call.at_pointer(member).get(text) == simdjson::SUCCESS) add(text);
    }
  }
}

bool GeneratedText::take_plain(std::string_view data) {
  const char* const end = data.data() + data.size();
  const bool has_choices = find(data, kChoices) != nullptr;
  for (const std::string_view before : kBeforeText) {
    const char* at = find(data, before);
    if (at == nullptr) continue;
    const bool chat_form = before != kBeforeText[1];
    if (chat_form != has_choices) return false;
    at += before.size();
    const char* const stop = find_string_stop(at, end);
    if (stop == end || *stop != '"') return false;  // an escape: the scanner unescapes it
    if (find({stop, static_cast<std::size_t>(end - stop)}, before) != nullptr) return false;
    if (!chat_form && find(data, ".audio.delta\"") != nullptr) return true;
    add({at, static_cast<std::size_t>(stop - at)});
    return true;
  }
  return !has_choices || find(data, "\"delta\":{}") != nullptr ||
         find(data, "\"choices\":[]") != nullptr;
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
