// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "openai/chunk_stream.hpp"

#include <algorithm>

#include "openai/usage_shapes.hpp"

namespace tollgate::simulator {

using nlohmann::ordered_json;

ordered_json filter_results(bool all) {
  ordered_json out = ordered_json::object();
  if (!all) return out;
  for (const char* name : {"hate", "self_harm", "sexual", "violence"}) {
    out[name] = {{"filtered", false}, {"severity", "safe"}};
  }
  return out;
}

namespace {

/// Azure's first chunk: the prompt's filter results, and nothing that identifies.
ordered_json first_chunk() {
  ordered_json out;
  out["choices"] = ordered_json::array();
  out["created"] = 0;
  out["id"] = "";
  out["model"] = "";
  out["object"] = "";
  out["prompt_filter_results"] = {
      {{"prompt_index", 0}, {"content_filter_results", filter_results(true)}}};
  return out;
}

}  // namespace

ChunkStream::ChunkStream(Call& call, const char* object)
    : call_(call),
      behaviour_(call.behaviour),
      object_(object),
      include_usage_(call.include_usage() && !call.behaviour.no_usage),
      obfuscates_(call.obfuscates()),
      events_(call.behaviour) {
  if (!behaviour_.no_first_chunk) events_.add("", first_chunk());
}

ordered_json ChunkStream::chunk() const {
  const Generation& g = call_.generation;
  ordered_json out;
  out["choices"] = ordered_json::array();
  out["created"] = g.created;
  out["id"] = (std::string(object_) == "text_completion" ? "cmpl-" : "chatcmpl-") + g.unique;
  out["model"] = behaviour_.model.empty() ? g.model : behaviour_.model;
  out["object"] = object_;
  return out;
}

void ChunkStream::choice(ordered_json choice) {
  if (behaviour_.async_filter) choice["content_filter_results"] = ordered_json::object();
  ordered_json body = chunk();
  body["choices"].push_back(std::move(choice));
  if (obfuscates_) body["obfuscation"] = call_.generation.padding();
  body["system_fingerprint"] = "fp_000000000a";
  ++choices_;
  const bool grows = behaviour_.usage_every_chunk && include_usage_;
  if (grows) {
    body["usage"] = usage_c(cut_to(call_.generation.tokens, choices_ - 1), behaviour_);
  } else if (call_.include_usage()) {
    body["usage"] = nullptr;
  }
  events_.add("", body);
}

void ChunkStream::annotation(std::size_t from, std::size_t to) {
  ordered_json body = first_chunk();
  body.erase("prompt_filter_results");
  body["choices"].push_back({{"content_filter_offsets",
                              {{"check_offset", to}, {"start_offset", from}, {"end_offset", to}}},
                             {"content_filter_raw", ordered_json::array()},
                             {"content_filter_results", filter_results(true)},
                             {"finish_reason", nullptr},
                             {"index", 0}});
  events_.add("", body);
}

void ChunkStream::usage(const Tokens& tokens, bool whole) {
  ordered_json body = chunk();
  body["system_fingerprint"] = "fp_000000000a";
  events_.add("", with_usage(body, usage_c(tokens, behaviour_), behaviour_), whole);
}

Answer ChunkStream::fail() {
  const ordered_json error{{"error",
                            {{"message", "The server had an error while processing your request."},
                             {"type", "server_error"},
                             {"param", nullptr},
                             {"code", nullptr}}}};
  events_.add(behaviour_.error_event == "named" ? "error" : "", error);
  events_.done();
  // Tokens of a stream that fails are not charged (azure-protocol.md 2.4, said there of Responses).
  return events_.finish();
}

Answer ChunkStream::end() {
  const Tokens& tokens = call_.generation.tokens;
  if (include_usage_) {
    if (behaviour_.usage_twice) usage(cut_to(tokens, tokens.completion / 2), false);
    usage(tokens, true);
    if (behaviour_.usage_null_last) {
      ordered_json body = chunk();
      body["usage"] = nullptr;
      events_.add("", body);
    }
  }
  events_.done();
  Answer out = events_.finish();
  out.charge = call_.token_charge(include_usage_);
  return out;
}

}  // namespace tollgate::simulator
