// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "openai/chunk_stream.hpp"
#include "openai/families.hpp"
#include "openai/tool_calls.hpp"
#include "openai/usage_shapes.hpp"

namespace tollgate::simulator {

using nlohmann::json;
using nlohmann::ordered_json;

namespace {

std::string finish_reason(const Behaviour& behaviour) {
  if (!behaviour.finish_reason.empty()) return behaviour.finish_reason;
  return behaviour.tool_calls ? "tool_calls" : "stop";
}

std::string model_of(const Call& call) {
  return call.behaviour.model.empty() ? call.generation.model : call.behaviour.model;
}

Answer whole(const Call& call, const ordered_json& body) {
  Answer out = json_answer(
      with_usage(body, usage_c(call.generation.tokens, call.behaviour), call.behaviour));
  out.charge = call.token_charge(true);
  return out;
}

/// azure-protocol.md 8.1.
Answer chat_json(const Call& call) {
  const Generation& g = call.generation;
  ordered_json message{{"annotations", json::array()},
                       {"content", text_of(g)},
                       {"refusal", nullptr},
                       {"role", "assistant"}};
  if (call.behaviour.tool_calls) {
    message["content"] = nullptr;
    message["tool_calls"] = ordered_json::array({tool_call(g)});
  }
  ordered_json body;
  body["choices"] = {{{"content_filter_results", filter_results(true)},
                      {"finish_reason", finish_reason(call.behaviour)},
                      {"index", 0},
                      {"logprobs", nullptr},
                      {"message", message}}};
  body["created"] = g.created;
  body["id"] = "chatcmpl-" + g.unique;
  body["model"] = model_of(call);
  body["object"] = "chat.completion";
  body["prompt_filter_results"] = {
      {{"prompt_index", 0}, {"content_filter_results", filter_results(true)}}};
  body["system_fingerprint"] = nullptr;
  return whole(call, body);
}

ordered_json delta(const ordered_json& content, const ordered_json& why, bool filtered) {
  return {{"content_filter_results", filter_results(filtered)},
          {"delta", content},
          {"finish_reason", why},
          {"index", 0},
          {"logprobs", nullptr}};
}

/// False: the behaviour wants the stream to fail half-way.
bool add_text(Call& call, ChunkStream& stream) {
  const Generation& g = call.generation;
  const Behaviour& behaviour = call.behaviour;
  std::size_t checked = 0;
  std::size_t written = 0;
  for (std::int64_t i = 0; i < g.words; ++i) {
    if (!behaviour.error_event.empty() && i == g.words / 2) return false;
    stream.choice(delta({{"content", word_at(i)}}, nullptr, true));
    if (behaviour.big_event_bytes > 0 && i == 0)
      stream.choice(delta({{"content", kBigText}}, nullptr, true));
    written += word_at(i).size();
    if (behaviour.async_filter && i % 4 == 3) {
      stream.annotation(checked, written);
      checked = written;
    }
  }
  return true;
}

Answer chat_stream(Call& call) {
  ChunkStream stream(call, "chat.completion.chunk");
  stream.choice(
      delta({{"content", ""}, {"refusal", nullptr}, {"role", "assistant"}}, nullptr, false));
  if (call.behaviour.tool_calls) {
    for (const ordered_json& part : tool_call_deltas(call.generation)) {
      stream.choice(delta({{"tool_calls", {part}}}, nullptr, true));
    }
  } else if (!add_text(call, stream)) {
    return stream.fail();
  }
  stream.choice(delta(ordered_json::object(), finish_reason(call.behaviour), false));
  if (call.behaviour.annotations_after_finish)
    stream.annotation(0, text_of(call.generation).size());
  return stream.end();
}

ordered_json piece(const std::string& text, const ordered_json& why) {
  return {{"content_filter_results", filter_results(true)},
          {"finish_reason", why},
          {"index", 0},
          {"logprobs", nullptr},
          {"text", text}};
}

Answer completion_json(const Call& call) {
  const Generation& g = call.generation;
  ordered_json body;
  body["choices"] = ordered_json::array({piece(text_of(g), finish_reason(call.behaviour))});
  body["created"] = g.created;
  body["id"] = "cmpl-" + g.unique;
  body["model"] = model_of(call);
  body["object"] = "text_completion";
  return whole(call, body);
}

Answer completion_stream(Call& call) {
  ChunkStream stream(call, "text_completion");
  for (std::int64_t i = 0; i < call.generation.words; ++i) {
    if (!call.behaviour.error_event.empty() && i == call.generation.words / 2) return stream.fail();
    stream.choice(piece(word_at(i), nullptr));
  }
  stream.choice(piece("", finish_reason(call.behaviour)));
  return stream.end();
}

}  // namespace

Answer create_chat_completion(Call& call) {
  return call.streams() ? chat_stream(call) : chat_json(call);
}

Answer create_completion(Call& call) {
  return call.streams() ? completion_stream(call) : completion_json(call);
}

}  // namespace tollgate::simulator
