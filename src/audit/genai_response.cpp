// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "bounded_json.hpp"
#include "described_pieces.hpp"
#include "genai_message.hpp"
#include "genai_parts.hpp"
#include "tollgate/audit/genai_messages.hpp"

namespace tollgate::audit {
namespace {

using genai::MessageWriter;

/// The APIs' words for why an answer ended, and the convention's.
constexpr std::array<std::pair<std::string_view, std::string_view>, 12> kReasons{{
    {"tool_calls", "tool_call"},
    {"function_call", "tool_call"},
    {"requires_action", "tool_call"},
    {"completed", "stop"},
    {"max_output_tokens", "length"},
    {"max_completion_tokens", "length"},
    {"max_prompt_tokens", "length"},
    {"max_tokens", "length"},
    {"failed", "error"},
    {"expired", "error"},
    {"incomplete", "error"},
    {"", "unknown"},
}};

std::string reason_of(std::string word) {
  for (const auto& [own, theirs] : kReasons) {
    if (own == word) return std::string(theirs);
  }
  return word;
}

/// Of a response or a run.
std::string status_of(JsonSlice object) {
  const JsonSlice reason = object["incomplete_details"]["reason"];
  return reason_of(reason.is_string() ? reason.text() : object["status"].text());
}

class ResponseReader {
 public:
  explicit ResponseReader(JsonSlice answer) : answer_(answer) {}

  std::string read() {
    if (is_description(answer_)) return read_file();
    each(answer_["choices"], [this](JsonSlice choice) { add_choice(choice); });
    if (answer_["output"].is_array()) add_response();
    if (answer_["object"].is_text("thread.run.events")) add_run(answer_["run"]);
    if (answer_["object"].is_text("thread.run")) add_run(answer_.object());
    if (answer_["object"].is_text("thread.message")) add_message(answer_.object(), "stop");
    if (answer_["text"].is_string()) add_text();
    if (answer_["audio"].exists()) add_file("audio", answer_["audio"]);
    each(answer_["data"], [this](JsonSlice entry) { add_entry(entry); });
    for (const char* const name : {"error", "stream_error"}) add_error(answer_[name]);
    return std::move(messages_);
  }

 private:
  template <class Take>
  static void each(JsonSlice array, const Take& take) {
    JsonItems items(array);
    for (JsonItem item; items.next(item);) take(item.value);
  }

  std::string read_file() {
    const std::string type = answer_["type"].text();
    add_file(type.substr(0, type.find('/')), answer_.object());
    return std::move(messages_);
  }

  void add_choice(JsonSlice object) {
    const JsonFields choice(object);
    const JsonSlice message = choice["message"];
    const std::string role = message["role"].text();
    MessageWriter writer(messages_, role.empty() ? "assistant" : role);
    genai::chat_parts(writer.parts(), message);
    if (choice["text"].is_string()) genai::text_part(writer.parts(), choice["text"]);
    writer.end(reason_of(choice["finish_reason"].text()));
  }

  /// One message of all items, in their order.
  void add_response() {
    MessageWriter writer(messages_, "assistant");
    each(answer_["output"], [&writer](JsonSlice item) {
      if (genai::is_message(item)) {
        genai::chat_parts(writer.parts(), item);
      } else {
        genai::item_parts(writer.parts(), item);
      }
    });
    writer.end(status_of(answer_.object()));
  }

  void add_run(JsonSlice run) {
    const std::string reason = status_of(run);
    each(answer_["messages"], [&](JsonSlice message) { add_message(message, reason); });
    const JsonSlice calls = run["required_action"]["submit_tool_outputs"]["tool_calls"];
    if (!calls.is_array() && !answer_["steps"].is_array()) return;
    MessageWriter writer(messages_, "assistant");
    each(answer_["steps"], [&writer](JsonSlice step) {
      genai::tool_call_parts(writer.parts(), step["step_details"]["tool_calls"]);
    });
    genai::tool_call_parts(writer.parts(), calls);
    writer.end(reason);
  }

  void add_message(JsonSlice message, const std::string& reason) {
    const std::string role = message["role"].text();
    MessageWriter writer(messages_, role.empty() ? "assistant" : role);
    genai::chat_parts(writer.parts(), message);
    writer.end(reason);
  }

  /// Of a transcription.
  void add_text() {
    MessageWriter writer(messages_, "assistant");
    genai::text_part(writer.parts(), answer_["text"]);
    writer.end("stop");
  }

  void add_file(std::string_view modality, JsonSlice file) {
    MessageWriter writer(messages_, "assistant");
    genai::file_part(writer.parts(), modality, file);
    writer.end("stop");
  }

  /// Of images, with the prompt as the model took it; of a thread's messages. Embeddings are none.
  void add_entry(JsonSlice entry) {
    if (entry["object"].is_text("thread.message")) return add_message(entry, "stop");
    const JsonSlice image = entry["b64_json"].says_something() ? entry["b64_json"] : entry["url"];
    if (!image.says_something()) return;
    MessageWriter writer(messages_, "assistant");
    genai::file_part(writer.parts(), "image", image);
    if (entry["revised_prompt"].is_string()) {
      genai::own_part(writer.parts(), "revised_prompt", entry["revised_prompt"]);
    }
    writer.end("stop");
  }

  void add_error(JsonSlice error) {
    if (!error.says_something()) return;
    MessageWriter writer(messages_, "assistant");
    genai::own_part(writer.parts(), "error", error);
    writer.end(error["code"].is_text("content_filter") ? "content_filter" : "error");
  }

  JsonFields answer_;
  std::string messages_ = "[";
};

/// Of text, or of events of an unknown stream.
std::string one_part(JsonSlice value, std::string_view type) {
  std::string messages = "[";
  MessageWriter writer(messages, "assistant");
  if (type == "text") {
    genai::text_part(writer.parts(), value);
  } else {
    genai::own_part(writer.parts(), type, value);
  }
  writer.end(type == "text" ? "stop" : "unknown");
  return messages;
}

std::string read_any(const BoundedJson::Kept& kept) {
  const JsonSlice body(kept.text);
  if (kept.text.empty()) return "[";
  if (!kept.json) {
    const std::string text = to_json_string(kept.text);
    return one_part(JsonSlice(text), "text");
  }
  if (!body.is_object()) return one_part(body, body.is_string() ? "text" : "events");
  return ResponseReader(body).read();
}

}  // namespace

std::string genai_response(std::string_view answer) {
  BoundedJson json(std::numeric_limits<std::size_t>::max() / 2);  // mends, cuts nothing
  json.feed(answer);
  return "{\"gen_ai.output.messages\":" + read_any(json.finish()) + "]}";
}

}  // namespace tollgate::audit
