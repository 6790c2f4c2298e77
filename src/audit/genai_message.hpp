// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "json_slice.hpp"
#include "object_writer.hpp"

namespace tollgate::audit::genai {

/// Appends a message to the array `messages`, which begins with '['.
class MessageWriter {
 public:
  MessageWriter(std::string& messages, std::string_view role);

  /// The array of its parts, to which more are appended.
  std::string& parts() { return parts_; }
  void name(JsonSlice name) { name_ = name; }
  /// Of a message in, without `finish_reason`.
  void end();
  void end(std::string_view finish_reason);

 private:
  ObjectWriter begin();

  std::string& messages_;
  std::string role_;
  std::string parts_ = "[";
  JsonSlice name_;
};

/// A chat message's parts: reasoning, content, refusal, tool calls; what a tool answered, of the
/// roles `tool` and `function`; members that nobody knows, as parts of their own.
void chat_parts(std::string& parts, JsonSlice message);

/// An item of the Responses API that is no message: calls, their outputs, reasoning.
void item_parts(std::string& parts, JsonSlice item);
/// Who says such an item: `tool` answers calls, `assistant` makes them.
std::string_view item_role(JsonSlice item);
/// Whether the item is a message: it has a role.
bool is_message(JsonSlice item);

/// `tool_calls` of chats and of runs.
void tool_call_parts(std::string& parts, JsonSlice calls);

}  // namespace tollgate::audit::genai
