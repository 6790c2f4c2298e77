// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <limits>

#include "bounded_json.hpp"
#include "genai_message.hpp"
#include "genai_parts.hpp"
#include "tollgate/audit/genai_messages.hpp"

namespace tollgate::audit {
namespace {

using genai::MessageWriter;

/// Reads what a request asks with, wherever its API has it.
class RequestReader {
 public:
  explicit RequestReader(JsonSlice request) : request_(request) {}

  std::string read() {
    read_instructions();
    each(request_["messages"], [this](JsonSlice message) { add_message(message); });
    each(request_["thread"]["messages"], [this](JsonSlice message) { add_message(message); });
    each(request_["additional_messages"], [this](JsonSlice message) { add_message(message); });
    if (request_["role"].is_string()) add_message(request_.object());  // of a thread
    read_input(request_["input"]);
    read_prompt(request_["prompt"]);
    each(request_["tool_outputs"], [this](JsonSlice output) {  // of a run
      MessageWriter message(messages_, "tool");
      genai::tool_response(message.parts(), output["tool_call_id"], output["output"]);
      message.end();
    });
    read_tools();
    return written();
  }

 private:
  template <class Take>
  static void each(JsonSlice array, const Take& take) {
    JsonItems items(array);
    for (JsonItem item; items.next(item);) take(item.value);
  }

  void read_instructions() {
    for (const char* const name : {"instructions", "additional_instructions"}) {
      const JsonSlice value = request_[name];
      if (value.is_array()) {
        each(value, [this](JsonSlice item) { item_content(system_, item); });
      } else {
        genai::content_parts(system_, value);
      }
    }
    const JsonSlice prompt = request_["prompt"];  // a stored one, of the Responses API
    if (prompt.is_object()) genai::own_part(system_, "prompt", prompt);
  }

  static void item_content(std::string& parts, JsonSlice item) {
    if (genai::is_message(item)) {
      genai::chat_parts(parts, item);
    } else {
      genai::item_parts(parts, item);
    }
  }

  void add_message(JsonSlice message) {
    MessageWriter writer(messages_, message["role"].text());
    if (message.is_object()) {
      genai::chat_parts(writer.parts(), message);
      writer.name(message["name"]);
    } else {
      genai::content_parts(writer.parts(), message);
    }
    writer.end();
  }

  void add_item(JsonSlice item) {
    if (genai::is_message(item)) return add_message(item);
    MessageWriter writer(messages_, genai::item_role(item));
    genai::item_parts(writer.parts(), item);
    writer.end();
  }

  /// Of Responses: a string or items; of embeddings and moderations: texts, or their tokens.
  void read_input(JsonSlice input) {
    if (!input.is_array()) return read_prompt(input);
    read_list(input);
  }

  /// Of legacy completions: texts or tokens; of images, videos and transcriptions: a text.
  void read_prompt(JsonSlice prompt) {
    if (prompt.is_array()) return read_list(prompt);
    if (!prompt.is_string()) return;
    MessageWriter writer(messages_, "user");
    genai::text_part(writer.parts(), prompt);
    writer.end();
  }

  void read_list(JsonSlice list) {
    if (JsonItem first; JsonItems(list).next(first) && first.value.integer())
      return add_tokens(list);
    each(list, [this](JsonSlice item) {
      if (item.is_object()) return add_item(item);
      if (item.is_array()) return add_tokens(item);
      read_prompt(item);
    });
  }

  void add_tokens(JsonSlice tokens) {
    MessageWriter writer(messages_, "user");
    genai::own_part(writer.parts(), "tokens", tokens);
    writer.end();
  }

  /// Definitions of functions are flat in the convention, as in the Responses API; chats have them
  /// under `function`.
  void read_tools() {
    each(request_["tools"], [this](JsonSlice tool) {
      const JsonSlice function = tool["function"];
      if (!function.is_object()) {
        next_element(tools_).append(tool.raw());
      } else {
        add_function(function);
      }
    });
    each(request_["functions"], [this](JsonSlice function) { add_function(function); });
  }

  void add_function(JsonSlice function) {
    ObjectWriter tool(next_element(tools_));
    tool.add_text("type", "function");
    JsonItems items(function);
    for (JsonItem item; items.next(item);) {
      if (!item.name.is_text("type")) tool.add(item.name.text(), item.value.raw());
    }
    tool.end();
  }

  std::string written() {
    std::string out;
    ObjectWriter writer(out);
    writer.member("gen_ai.input.messages").append(messages_).push_back(']');
    if (system_ != "[") writer.member("gen_ai.system_instructions").append(system_).push_back(']');
    if (tools_ != "[") writer.member("gen_ai.tool.definitions").append(tools_).push_back(']');
    writer.end();
    return out;
  }

  JsonFields request_;
  std::string messages_ = "[";
  std::string system_ = "[";
  std::string tools_ = "[";
};

std::string text_message(std::string_view text) {
  std::string messages = "[";
  if (!text.empty()) {
    MessageWriter writer(messages, "user");
    const std::string json = to_json_string(text);
    genai::text_part(writer.parts(), JsonSlice(json));
    writer.end();
  }
  return "{\"gen_ai.input.messages\":" + messages + "]}";
}

}  // namespace

std::string genai_request(std::string_view request) {
  BoundedJson json(std::numeric_limits<std::size_t>::max() / 2);  // mends, cuts nothing
  json.feed(request);
  const BoundedJson::Kept kept = json.finish();
  const JsonSlice body(kept.text);
  if (!kept.json || !body.is_object()) return text_message(kept.text);
  return RequestReader(body).read();
}

}  // namespace tollgate::audit
