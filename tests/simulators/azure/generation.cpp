// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "generation.hpp"

namespace tollgate::simulator {

using nlohmann::json;
using nlohmann::ordered_json;

namespace {

ordered_json severity(bool all) {
  ordered_json out;
  if (!all) return ordered_json::object();
  for (const char* name : {"hate", "self_harm", "sexual", "violence"}) {
    out[name] = {{"filtered", false}, {"severity", "safe"}};
  }
  return out;
}

ordered_json usage_c(const Generation& g) {
  ordered_json out;
  out["completion_tokens"] = g.completion_tokens;
  out["completion_tokens_details"] = {{"accepted_prediction_tokens", 0}, {"audio_tokens", 0},
                                      {"reasoning_tokens", g.reasoning_tokens},
                                      {"rejected_prediction_tokens", 0}};
  out["latency_checkpoint"] = {{"engine_ttft_ms", 12}, {"total_duration_ms", 40}};
  out["prompt_tokens"] = g.prompt_tokens;
  out["prompt_tokens_details"] = {{"audio_tokens", 0}, {"cached_tokens", g.cached_tokens}};
  out["total_tokens"] = g.prompt_tokens + g.completion_tokens;
  return out;
}

ordered_json usage_r(const Generation& g) {
  ordered_json out;
  out["input_tokens"] = g.prompt_tokens;
  out["input_tokens_details"] = {{"cached_tokens", g.cached_tokens}};
  out["output_tokens"] = g.completion_tokens;
  out["output_tokens_details"] = {{"reasoning_tokens", g.reasoning_tokens}};
  out["total_tokens"] = g.prompt_tokens + g.completion_tokens;
  return out;
}

/// Puts `usage` where the behaviour wants it: Azure has it last among the keys (they are sorted).
ordered_json with_usage(ordered_json body, const char* key, ordered_json usage,
                        const Behaviour& behaviour) {
  if (behaviour.no_usage) return body;
  if (!behaviour.usage_first) {
    body[key] = std::move(usage);
    return body;
  }
  ordered_json out;
  out[key] = std::move(usage);
  for (auto& [name, value] : body.items()) out[name] = std::move(value);
  return out;
}

std::string padding(std::mt19937& random) {
  static constexpr char kLetters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  std::string out(1 + random() % 12, ' ');
  for (char& c : out) c = kLetters[random() % (sizeof(kLetters) - 1)];
  return out;
}

std::string event_bytes(const std::string& name, const std::string& data, const Behaviour& behaviour) {
  const std::string end = behaviour.crlf ? "\r\n" : "\n";
  std::string out;
  if (!name.empty()) out += "event: " + name + end;
  return out + "data: " + data + end + end;
}

ordered_json chunk(const Generation& g, const char* object) {
  ordered_json out;
  out["choices"] = ordered_json::array();
  out["created"] = g.created;
  out["id"] = g.id;
  out["model"] = g.model;
  out["object"] = object;
  return out;
}

/// Azure's first chunk: the prompt's filter results, and nothing that identifies (azure-protocol.md 2.1).
std::string first_chunk() {
  ordered_json out;
  out["choices"] = ordered_json::array();
  out["created"] = 0;
  out["id"] = "";
  out["model"] = "";
  out["object"] = "";
  out["prompt_filter_results"] = {{{"prompt_index", 0}, {"content_filter_results", severity(true)}}};
  return out.dump();
}

class ChunkStream {
 public:
  ChunkStream(Generation& g, const Behaviour& behaviour, bool include_usage, const char* object)
      : g_(g), behaviour_(behaviour), include_usage_(include_usage), object_(object) {
    events_.push_back({event_bytes("", first_chunk(), behaviour_), false});
  }

  void choice(ordered_json choice) {
    ordered_json body = chunk(g_, object_);
    body["choices"].push_back(std::move(choice));
    body["obfuscation"] = padding(g_.random);
    body["system_fingerprint"] = "fp_000000000a";
    if (include_usage_) body["usage"] = nullptr;
    const std::string comment = behaviour_.comments ? ": keep-alive\n\n" : "";
    events_.push_back({comment + event_bytes("", body.dump(), behaviour_), false});
  }

  std::vector<StreamEvent> end() {
    if (include_usage_ && !behaviour_.no_usage) {
      ordered_json body = chunk(g_, object_);
      body["system_fingerprint"] = "fp_000000000a";
      events_.push_back(
          {event_bytes("", with_usage(body, "usage", usage_c(g_), behaviour_).dump(), behaviour_), true});
    }
    if (!behaviour_.no_done) events_.push_back({event_bytes("", "[DONE]", behaviour_), true});
    return std::move(events_);
  }

 private:
  Generation& g_;
  const Behaviour& behaviour_;
  bool include_usage_;
  const char* object_;
  std::vector<StreamEvent> events_;
};

ordered_json response_object(const Generation& g, const char* status, bool finished,
                             const Behaviour& behaviour) {
  ordered_json out;
  out["id"] = g.id;
  out["object"] = "response";
  out["created_at"] = g.created;
  out["status"] = status;
  out["background"] = false;
  out["error"] = nullptr;
  out["incomplete_details"] = nullptr;
  out["model"] = g.deployment;        // the alias, not the snapshot (azure-protocol.md 1.6)
  out["output"] = ordered_json::array();
  if (finished) {
    out["completed_at"] = g.created + 1;
    out["output"].push_back(
        {{"id", "msg_" + g.id}, {"type", "message"}, {"status", "completed"}, {"role", "assistant"},
         {"content", {{{"type", "output_text"}, {"text", g.text()},
                       {"annotations", json::array()}, {"logprobs", json::array()}}}}});
  }
  out["parallel_tool_calls"] = true;
  out["temperature"] = 1.0;
  out["tool_choice"] = "auto";
  out["tools"] = json::array();
  out["top_p"] = 1.0;
  if (finished) {
    out = with_usage(out, "usage", usage_r(g), behaviour);
  } else {
    out["usage"] = nullptr;
  }
  out["metadata"] = json::object();
  return out;
}

class ResponseStream {
 public:
  explicit ResponseStream(const Behaviour& behaviour) : behaviour_(behaviour) {}

  void add(const std::string& type, ordered_json fields, bool last = false) {
    ordered_json body;
    body["type"] = type;
    body["sequence_number"] = next_++;
    body.update(fields);
    events_.push_back({event_bytes(type, body.dump(), behaviour_), last});
  }
  std::vector<StreamEvent> take() { return std::move(events_); }

 private:
  const Behaviour& behaviour_;
  int next_ = 0;
  std::vector<StreamEvent> events_;
};

}  // namespace

std::string Generation::text() const {
  std::string out;
  for (const std::string& word : words) out += word;
  return out;
}

std::int64_t count_prompt_tokens(const json& request) {
  std::size_t bytes = 0;
  const auto count = [&](const json& value, auto& self) -> void {
    if (value.is_string()) bytes += value.get_ref<const std::string&>().size();
    if (value.is_structured()) {
      for (const json& inner : value) self(inner, self);
    }
  };
  for (const char* key : {"messages", "prompt", "input", "instructions"}) {
    if (request.contains(key)) count(request[key], count);
  }
  return static_cast<std::int64_t>((bytes + 3) / 4) + 7;
}

ordered_json chat_answer(const Generation& g, const Behaviour& behaviour) {
  ordered_json body;
  body["choices"] = {{{"content_filter_results", severity(true)},
                      {"finish_reason", "stop"},
                      {"index", 0},
                      {"logprobs", nullptr},
                      {"message", {{"annotations", json::array()}, {"content", g.text()},
                                   {"refusal", nullptr}, {"role", "assistant"}}}}};
  body["created"] = g.created;
  body["id"] = g.id;
  body["model"] = g.model;
  body["object"] = "chat.completion";
  body["prompt_filter_results"] = {{{"prompt_index", 0}, {"content_filter_results", severity(true)}}};
  body["system_fingerprint"] = nullptr;
  return with_usage(std::move(body), "usage", usage_c(g), behaviour);
}

ordered_json completion_answer(const Generation& g, const Behaviour& behaviour) {
  ordered_json body;
  body["choices"] = {{{"content_filter_results", severity(true)}, {"finish_reason", "stop"},
                      {"index", 0}, {"logprobs", nullptr}, {"text", g.text()}}};
  body["created"] = g.created;
  body["id"] = g.id;
  body["model"] = g.model;
  body["object"] = "text_completion";
  return with_usage(std::move(body), "usage", usage_c(g), behaviour);
}

ordered_json response_answer(const Generation& g, const Behaviour& behaviour) {
  return response_object(g, "completed", true, behaviour);
}

std::vector<StreamEvent> chat_stream(Generation& g, const Behaviour& behaviour, bool include_usage) {
  ChunkStream stream(g, behaviour, include_usage, "chat.completion.chunk");
  const auto delta = [](ordered_json content, ordered_json why, bool filtered) {
    return ordered_json{{"content_filter_results", severity(filtered)}, {"delta", content},
                        {"finish_reason", why}, {"index", 0}, {"logprobs", nullptr}};
  };
  stream.choice(delta({{"content", ""}, {"refusal", nullptr}, {"role", "assistant"}}, nullptr, false));
  for (const std::string& word : g.words) stream.choice(delta({{"content", word}}, nullptr, true));
  stream.choice(delta(ordered_json::object(), "stop", false));
  return stream.end();
}

std::vector<StreamEvent> completion_stream(Generation& g, const Behaviour& behaviour,
                                           bool include_usage) {
  ChunkStream stream(g, behaviour, include_usage, "text_completion");
  const auto piece = [](const std::string& text, ordered_json why) {
    return ordered_json{{"content_filter_results", severity(true)}, {"finish_reason", why},
                        {"index", 0}, {"logprobs", nullptr}, {"text", text}};
  };
  for (const std::string& word : g.words) stream.choice(piece(word, nullptr));
  stream.choice(piece("", "stop"));
  return stream.end();
}

std::vector<StreamEvent> response_stream(Generation& g, const Behaviour& behaviour) {
  ResponseStream stream(behaviour);
  stream.add("response.created", {{"response", response_object(g, "in_progress", false, behaviour)}});
  if (behaviour.responses_429) {
    const ordered_json error{{"type", "too_many_requests"}, {"code", "rate_limit_exceeded"},
                             {"headers", {{"x-ms-fe-error", "true"}}},
                             {"message", "Your requests to " + g.deployment + " have exceeded token rate limit."},
                             {"param", nullptr}};
    stream.add("error", {{"error", error}});
    ordered_json failed = response_object(g, "failed", false, behaviour);
    failed["error"] = {{"code", "rate_limit_exceeded"}, {"message", "exceeded"}};
    stream.add("response.failed", {{"response", failed}}, true);
    return stream.take();
  }
  stream.add("response.in_progress", {{"response", response_object(g, "in_progress", false, behaviour)}});
  const std::string item = "msg_" + g.id;
  stream.add("response.output_item.added",
             {{"output_index", 0}, {"item", {{"id", item}, {"type", "message"}, {"status", "in_progress"},
                                             {"role", "assistant"}, {"content", json::array()}}}});
  const ordered_json part{{"type", "output_text"}, {"text", ""}, {"annotations", json::array()},
                          {"logprobs", json::array()}};
  stream.add("response.content_part.added",
             {{"item_id", item}, {"output_index", 0}, {"content_index", 0}, {"part", part}});
  for (const std::string& word : g.words) {
    stream.add("response.output_text.delta",
               {{"item_id", item}, {"output_index", 0}, {"content_index", 0}, {"delta", word},
                {"logprobs", json::array()}, {"obfuscation", padding(g.random)}});
  }
  stream.add("response.output_text.done",
             {{"item_id", item}, {"output_index", 0}, {"content_index", 0}, {"text", g.text()},
              {"logprobs", json::array()}});
  stream.add("response.completed", {{"response", response_object(g, "completed", true, behaviour)}}, true);
  return stream.take();
}

}  // namespace tollgate::simulator
