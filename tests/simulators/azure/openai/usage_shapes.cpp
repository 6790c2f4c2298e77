// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "openai/usage_shapes.hpp"

#include <string_view>

namespace tollgate::simulator {

using nlohmann::json;
using nlohmann::ordered_json;

namespace {

/// Not a word of any answer, and nothing that JSON would escape.
constexpr std::string_view kRawOpen = "\"@raw(";
constexpr std::string_view kRawClose = ")raw@\"";

bool is_details(const std::string& name) { return name.find("_details") != std::string::npos; }

ordered_json spoilt(ordered_json usage, const Behaviour& behaviour) {
  if (behaviour.usage_null) return nullptr;
  if (behaviour.usage_details == "none") {
    ordered_json flat;
    for (auto& [name, value] : usage.items()) {
      if (!is_details(name)) flat[name] = std::move(value);
    }
    usage = std::move(flat);
  } else if (behaviour.usage_details == "null") {
    for (auto& [name, value] : usage.items()) {
      if (is_details(name)) value = nullptr;
    }
  }
  if (behaviour.usage_extra) {
    usage["reasoning_tokens"] = 0;  // azure-protocol.md 1.5: hosted models have it at this level
    usage["service_tier_details"] = {{"latency_checkpoint", {{"total_duration_ms", 40}}}};
    usage["x_future"] = json::array({1, nullptr, "usage"});
  }
  for (const auto& [name, raw] : behaviour.usage_values.items()) {
    usage[name] = "@raw(" + raw.get<std::string>() + ")raw@";
  }
  return usage;
}

}  // namespace

ordered_json usage_c(const Tokens& t, const Behaviour& behaviour) {
  ordered_json out;
  out["completion_tokens"] = t.completion;
  out["completion_tokens_details"] = {{"accepted_prediction_tokens", t.accepted_prediction},
                                      {"audio_tokens", t.completion_audio},
                                      {"reasoning_tokens", t.reasoning},
                                      {"rejected_prediction_tokens", t.rejected_prediction}};
  out["latency_checkpoint"] = {{"engine_ttft_ms", 12}, {"total_duration_ms", 40}};
  out["prompt_tokens"] = t.prompt;
  out["prompt_tokens_details"] = {{"audio_tokens", t.prompt_audio}, {"cached_tokens", t.cached}};
  if (t.image > 0)
    out["prompt_tokens_details"]["image_tokens"] = t.image;  // unverified on Azure (10, item 10)
  out["total_tokens"] = t.total();
  return spoilt(std::move(out), behaviour);
}

ordered_json usage_e(const Tokens& t, const Behaviour& behaviour) {
  return spoilt({{"prompt_tokens", t.prompt}, {"total_tokens", t.prompt}}, behaviour);
}

ordered_json usage_r(const Tokens& t, const Behaviour& behaviour) {
  ordered_json out;
  out["input_tokens"] = t.prompt;
  out["input_tokens_details"] = {{"cached_tokens", t.cached}};
  out["output_tokens"] = t.completion;
  out["output_tokens_details"] = {{"reasoning_tokens", t.reasoning}};
  out["total_tokens"] = t.total();
  return spoilt(std::move(out), behaviour);
}

ordered_json usage_i(const Tokens& t, bool streamed, const Behaviour& behaviour) {
  ordered_json out;
  out["total_tokens"] = t.total();
  out["input_tokens"] = t.prompt;
  out["output_tokens"] = t.completion;
  out["input_tokens_details"] = {{"text_tokens", t.prompt - t.image}, {"image_tokens", t.image}};
  if (!streamed)
    out["output_tokens_details"] = {{"text_tokens", 0}, {"image_tokens", t.completion}};
  return spoilt(std::move(out), behaviour);
}

ordered_json usage_t(const Tokens& t, const Behaviour& behaviour) {
  ordered_json out;
  out["type"] = "tokens";
  out["input_tokens"] = t.prompt;
  out["input_token_details"] = {{"text_tokens", t.prompt - t.prompt_audio},
                                {"audio_tokens", t.prompt_audio}};
  out["output_tokens"] = t.completion;
  out["total_tokens"] = t.total();
  return spoilt(std::move(out), behaviour);
}

ordered_json usage_seconds(double seconds, const Behaviour& behaviour) {
  return spoilt({{"type", "duration"}, {"seconds", seconds}}, behaviour);
}

ordered_json usage_s(const Tokens& t, const Behaviour& behaviour) {
  return spoilt(
      {{"input_tokens", t.prompt}, {"output_tokens", t.completion}, {"total_tokens", t.total()}},
      behaviour);
}

ordered_json usage_run(const Tokens& t, const Behaviour& behaviour) {
  return spoilt({{"prompt_tokens", t.prompt},
                 {"completion_tokens", t.completion},
                 {"total_tokens", t.total()}},
                behaviour);
}

ordered_json with_usage(ordered_json body, ordered_json usage, const Behaviour& behaviour) {
  if (behaviour.nested_usage) {
    body["x_nested"] = {{"usage", {{"prompt_tokens", 999}, {"total_tokens", 999}}}};
  }
  if (behaviour.no_usage) return body;
  if (!behaviour.usage_first) {
    body["usage"] = std::move(usage);
    return body;
  }
  ordered_json out;
  out["usage"] = std::move(usage);
  for (auto& [name, value] : body.items()) out[name] = std::move(value);
  return out;
}

bool usage_is_told(const Behaviour& behaviour) {
  return !behaviour.no_usage && !behaviour.usage_null && behaviour.usage_values.empty();
}

bool details_are_told(const Behaviour& behaviour) {
  return usage_is_told(behaviour) && behaviour.usage_details.empty();
}

std::string write_raw_values(std::string text) {
  for (std::size_t at = 0; (at = text.find(kRawOpen, at)) != std::string::npos;) {
    const std::size_t end = text.find(kRawClose, at);
    const std::size_t from = at + kRawOpen.size();
    // A string's quotes were escaped when the stand-in was written; nothing else of the raw text
    // was.
    std::string raw = text.substr(from, end - from);
    for (std::size_t q = 0; (q = raw.find("\\\"", q)) != std::string::npos; ++q) raw.erase(q, 1);
    text.replace(at, end + kRawClose.size() - at, raw);
    at += raw.size();
  }
  return text;
}

}  // namespace tollgate::simulator
