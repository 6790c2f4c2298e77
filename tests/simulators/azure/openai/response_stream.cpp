// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "openai/event_stream.hpp"
#include "openai/responses.hpp"
#include "openai/tool_calls.hpp"
#include "openai/usage_shapes.hpp"

namespace tollgate::simulator {

using nlohmann::json;
using nlohmann::ordered_json;

namespace {

class ResponseEvents {
 public:
  ResponseEvents(const StoredResponse& stored, Generation& g, std::int64_t after)
      : stored_(stored), behaviour_(stored.behaviour), g_(g), after_(after), events_(behaviour_) {}

  Answer all() {
    created();
    if (!behaviour_.responses_429.empty()) return throttled();
    if (behaviour_.tool_calls) {
      tool_item();
    } else if (!text_item()) {
      error_event();
      return finish();
    }
    terminal(behaviour_.outcome.empty() ? "completed" : behaviour_.outcome);
    return finish();
  }

 private:
  void add(const std::string& type, const ordered_json& fields, bool has_usage = false) {
    ordered_json body;
    body["type"] = type;
    body["sequence_number"] = next_;
    body.update(fields);
    if (next_++ > after_) events_.add(type, body, has_usage);
  }

  void state(const std::string& status) {
    add("response." + status, {{"response", response_object(stored_, status)}});
  }

  void created() {
    ordered_json response = response_object(stored_, stored_.background ? "queued" : "in_progress");
    if (behaviour_.created_bytes > 0)
      response["instructions"] = std::string(behaviour_.created_bytes, 'i');
    add("response.created", {{"response", response}});
    if (stored_.background) state("queued");
    if (behaviour_.responses_429.empty()) state("in_progress");
  }

  void terminal(const std::string& status) {
    add("response." + status, {{"response", response_object(stored_, status)}}, status != "failed");
  }

  /// The HTTP 200 that is a 429 (azure-protocol.md 2.4); both orders were reported (section 10,
  /// item 18).
  Answer throttled() {
    const bool error_first = behaviour_.responses_429 == "error_first";
    const ordered_json error{
        {"type", "too_many_requests"},
        {"code", "rate_limit_exceeded"},
        {"headers", {{"x-ms-fe-error", "true"}}},
        {"message", "Your requests to " + g_.deployment + " have exceeded token rate limit."},
        {"param", nullptr}};
    ordered_json failed = response_object(stored_, "failed");
    failed["error"] = nullptr;
    if (error_first) {
      failed["error"] = {{"code", "rate_limit_exceeded"}, {"message", "exceeded"}};
      add("error", {{"error", error}});
    }
    add("response.failed", {{"response", failed}});
    if (!error_first) add("error", {{"error", error}});
    return finish();
  }

  void error_event() {
    const std::string message = "The server had an error while processing your request.";
    if (behaviour_.error_event == "flat") {
      add("error", {{"code", "server_error"}, {"message", message}, {"param", nullptr}});
    } else if (behaviour_.error_event == "nested") {
      add("error", {{"error",
                     {{"type", "server_error"},
                      {"code", "server_error"},
                      {"headers", {{"skip-error-remapping", "true"}}},
                      {"message", message},
                      {"param", nullptr}}}});
      state("failed");
    } else {
      events_.add(behaviour_.error_event == "named" ? "error" : "", {{"error",
                                                                      {{"message", message},
                                                                       {"type", "server_error"},
                                                                       {"param", nullptr},
                                                                       {"code", nullptr}}}});
    }
  }

  /// False: the behaviour wants the stream to fail half-way.
  bool text_item() {
    const std::string item = "msg_" + g_.unique;
    const ordered_json at{{"item_id", item}, {"output_index", 0}, {"content_index", 0}};
    const auto with = [&at](const ordered_json& more) {
      ordered_json out = at;
      out.update(more);
      return out;
    };
    const auto message = [&](const char* status, const ordered_json& content) {
      return ordered_json{{"output_index", 0},
                          {"item",
                           {{"id", item},
                            {"type", "message"},
                            {"status", status},
                            {"role", "assistant"},
                            {"content", content}}}};
    };
    const auto part = [](const std::string& text) {
      return ordered_json{{"type", "output_text"},
                          {"text", text},
                          {"annotations", json::array()},
                          {"logprobs", json::array()}};
    };
    add("response.output_item.added", message("in_progress", json::array()));
    add("response.content_part.added", with({{"part", part("")}}));
    for (std::int64_t i = 0; i < g_.words; ++i) {
      if (!behaviour_.error_event.empty() && i == g_.words / 2) return false;
      const bool big = behaviour_.big_event_bytes > 0 && i == 0;
      add("response.output_text.delta", with({{"delta", big ? std::string(kBigText) : word_at(i)},
                                              {"logprobs", json::array()},
                                              {"obfuscation", g_.padding()}}));
    }
    add("response.output_text.done", with({{"text", text_of(g_)}, {"logprobs", json::array()}}));
    add("response.content_part.done", with({{"part", part(text_of(g_))}}));
    add("response.output_item.done",
        message("completed", ordered_json::array({part(text_of(g_))})));
    return true;
  }

  void tool_item() {
    const std::string id = "fc_" + g_.unique;
    const auto item = [&](const char* status, const std::string& arguments) {
      return ordered_json{{"output_index", 0},
                          {"item",
                           {{"id", id},
                            {"type", "function_call"},
                            {"status", status},
                            {"arguments", arguments},
                            {"call_id", "call_" + g_.unique},
                            {"name", "report_usage"}}}};
    };
    add("response.output_item.added", item("in_progress", ""));
    for (const std::string& piece : tool_argument_pieces()) {
      add("response.function_call_arguments.delta",
          {{"item_id", id}, {"output_index", 0}, {"delta", piece}, {"obfuscation", g_.padding()}});
    }
    add("response.function_call_arguments.done", {{"item_id", id},
                                                  {"output_index", 0},
                                                  {"name", "report_usage"},
                                                  {"arguments", tool_arguments()}});
    add("response.output_item.done", item("completed", tool_arguments()));
  }

  Answer finish() {
    if (behaviour_.responses_done) events_.done();
    Answer out = events_.finish();
    if (!behaviour_.responses_429.empty())
      out.fields = {{"retry-after", "4"}, {"x-ratelimit-remaining-tokens", "-27689"}};
    out.cancelled = stored_.work.cancelled();
    for (std::size_t i = 0; i < out.pieces.size(); ++i) {
      out.pieces[i].not_before = stored_.work.due(i + 1, out.pieces.size());
    }
    return out;
  }

  const StoredResponse& stored_;
  const Behaviour& behaviour_;
  Generation& g_;
  std::int64_t after_;
  std::int64_t next_ = 0;
  EventStream events_;
};

}  // namespace

Answer response_stream(const StoredResponse& stored, Generation& g, std::int64_t after) {
  return ResponseEvents(stored, g, after).all();
}

}  // namespace tollgate::simulator
