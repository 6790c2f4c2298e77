// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "genai_message.hpp"

#include <algorithm>
#include <array>

#include "genai_parts.hpp"

namespace tollgate::audit::genai {
namespace {

/// Members that have their place, or say nothing.
constexpr std::array<std::string_view, 20> kKnown{
    "role",      "content",      "name",       "refusal",       "reasoning_content",
    "reasoning", "audio",        "tool_calls", "function_call", "id",
    "object",    "tool_call_id", "status",     "created_at",    "completed_at",
    "run_id",    "assistant_id", "thread_id",  "index",         "type"};

void spoken_part(std::string& parts, JsonSlice audio) {
  if (!audio.is_object()) return;
  if (audio["data"].exists()) file_part(parts, "audio", audio["data"]);
  if (audio["transcript"].says_something()) text_part(parts, audio["transcript"]);
  if (!audio["data"].exists()) own_part(parts, "audio", audio);
}

void unknown_members(std::string& parts, JsonSlice message) {
  JsonItems items(message);
  for (JsonItem item; items.next(item);) {
    const std::string name = item.name.text();
    const bool known = std::ranges::find(kKnown, name) != kKnown.end();
    if (!known && item.value.says_something()) own_part(parts, name, item.value);
  }
}

}  // namespace

MessageWriter::MessageWriter(std::string& messages, std::string_view role)
    : messages_(messages), role_(role.empty() ? "user" : role) {}

ObjectWriter MessageWriter::begin() {
  ObjectWriter message(next_element(messages_));
  message.add_text("role", role_);
  message.member("parts").append(parts_).push_back(']');
  if (name_.is_string()) message.add("name", name_.raw());
  return message;
}

void MessageWriter::end() { begin().end(); }

void MessageWriter::end(std::string_view finish_reason) {
  ObjectWriter message = begin();
  message.add_text("finish_reason", finish_reason);
  message.end();
}

void tool_call_parts(std::string& parts, JsonSlice calls) {
  JsonItems items(calls);
  for (JsonItem item; items.next(item);) {
    const JsonSlice call = item.value;
    const JsonSlice function = call["function"];
    const JsonSlice custom = call["custom"];
    if (function.is_object()) {
      tool_call(parts, call["id"], function["name"], function["arguments"]);
    } else if (custom.is_object()) {
      tool_call(parts, call["id"], custom["name"], custom["input"]);
    } else {
      own_part(parts, "tool", call);
    }
  }
}

void chat_parts(std::string& parts, JsonSlice message) {
  const JsonFields fields(message);
  for (const char* const name : {"reasoning_content", "reasoning"}) {
    if (fields[name].is_string() && fields[name].says_something()) {
      reasoning_part(parts, fields[name]);
    } else if (fields[name].says_something()) {
      own_part(parts, name, fields[name]);
    }
  }
  if (fields["role"].is_text("tool") || fields["role"].is_text("function")) {
    tool_response(parts, fields["tool_call_id"], fields["content"]);
  } else {
    content_parts(parts, fields["content"]);
  }
  if (fields["refusal"].says_something()) text_part(parts, fields["refusal"]);
  tool_call_parts(parts, fields["tool_calls"]);
  const JsonSlice call = fields["function_call"];
  if (call.is_object()) tool_call(parts, {}, call["name"], call["arguments"]);
  spoken_part(parts, fields["audio"]);
  unknown_members(parts, message);
}

}  // namespace tollgate::audit::genai
