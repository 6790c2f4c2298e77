// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/usage/usage_outcome.hpp"

namespace tollgate::usage {
namespace {

using Count = std::optional<std::int64_t>;

std::int64_t sum_of(const Count& one, const Count& other) {
  return one.value_or(0) + other.value_or(0);
}

/// Where the cached tokens are divided, what is text of them is none of the audio or images; else
/// any of them may be.
bool prompt_is_exceeded(const TokenCounts& tokens) {
  const std::int64_t prompt = tokens.prompt.value_or(0);
  const std::int64_t others = sum_of(tokens.prompt_audio, tokens.image);
  const std::int64_t divided = sum_of(tokens.cached_audio, tokens.cached_image);
  const std::int64_t cached = tokens.cached_prompt.value_or(0);
  const bool is_divided = tokens.cached_audio || tokens.cached_image || others == 0;
  const std::int64_t cached_text = is_divided ? cached - divided : 0;
  return cached > prompt || divided > cached ||
         tokens.cached_audio.value_or(0) > tokens.prompt_audio.value_or(0) ||
         tokens.cached_image.value_or(0) > tokens.image.value_or(0) ||
         others + tokens.cache_write.value_or(0) + cached_text > prompt;
}

bool completion_is_exceeded(const TokenCounts& tokens) {
  const std::int64_t completion = tokens.completion.value_or(0);
  const std::int64_t reasoning = tokens.reasoning.value_or(0);
  const bool beside =
      tokens.total && *tokens.total == tokens.prompt.value_or(0) + completion + reasoning;
  return sum_of(tokens.completion_audio, tokens.completion_image) > completion ||
         (!beside && reasoning > completion);
}

}  // namespace

bool parts_exceed_wholes(const TokenCounts& tokens) {
  return (tokens.prompt && prompt_is_exceeded(tokens)) ||
         (tokens.completion && completion_is_exceeded(tokens));
}

}  // namespace tollgate::usage
