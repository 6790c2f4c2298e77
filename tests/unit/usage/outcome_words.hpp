// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tollgate/usage/usage_outcome.hpp"

namespace tollgate::usage {

/// The counts that are known, as "prompt=12 completion=0 ...": an explicit zero differs from an
/// unknown count.
inline std::string words(const TokenCounts& tokens) {
  std::string out;
  const auto add = [&](std::string_view name, const std::optional<std::int64_t>& count) {
    if (!count) return;
    out.append(out.empty() ? "" : " ").append(name).append("=").append(std::to_string(*count));
  };
  add("prompt", tokens.prompt);
  add("completion", tokens.completion);
  add("total", tokens.total);
  add("cached", tokens.cached_prompt);
  add("reasoning", tokens.reasoning);
  add("audio_in", tokens.prompt_audio);
  add("audio_out", tokens.completion_audio);
  add("image", tokens.image);
  add("accepted", tokens.accepted_prediction);
  add("rejected", tokens.rejected_prediction);
  add("cache_write", tokens.cache_write);
  add("image_out", tokens.completion_image);
  add("cached_audio", tokens.cached_audio);
  add("cached_image", tokens.cached_image);
  return out;
}

/// A whole outcome in words: basis, counts, then every text that is not empty and every flag that
/// is set.
inline std::string words(const UsageOutcome& outcome) {
  std::string out(to_string(outcome.basis));
  const auto add = [&](std::string_view name, std::string_view text) {
    if (!text.empty()) out.append(" ").append(name).append(text);
  };
  add("", words(outcome.tokens));
  add("reason=", outcome.reason);
  add("model=", outcome.model);
  add("finish=", outcome.finish_reason);
  add("error=", outcome.error_code);
  add("id=", outcome.response_id);
  const auto add_calls = [&](std::string_view name, std::int64_t calls) {
    if (calls != 0) add(name, std::to_string(calls));
  };
  add_calls("web_search=", outcome.tool_calls.web_search);
  add_calls("file_search=", outcome.tool_calls.file_search);
  add_calls("code_interpreter=", outcome.tool_calls.code_interpreter);
  add_calls("computer_use=", outcome.tool_calls.computer_use);
  add_calls("images=", outcome.images.value_or(0));
  add("size=", outcome.image_size);
  add("quality=", outcome.image_quality);
  if (outcome.audio_duration_ms) add("audio_ms=", std::to_string(*outcome.audio_duration_ms));
  if (outcome.in_stream_error) out.append(" in_stream_error");
  if (outcome.terminal) out.append(" terminal");
  return out;
}

}  // namespace tollgate::usage
