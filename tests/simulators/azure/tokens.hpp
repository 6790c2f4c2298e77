// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

#include <nlohmann/json.hpp>

namespace tollgate::simulator {

/// What one operation used, by class. `cached`, `prompt_audio` and `image` are part of `prompt`,
/// the others from `reasoning` on part of `completion`, as in azure-protocol.md 1.5.
struct Tokens {
  std::int64_t prompt = 0;
  std::int64_t completion = 0;
  std::int64_t cached = 0;
  std::int64_t prompt_audio = 0;
  std::int64_t image = 0;
  std::int64_t reasoning = 0;
  std::int64_t completion_audio = 0;
  std::int64_t accepted_prediction = 0;
  std::int64_t rejected_prediction = 0;

  std::int64_t total() const { return prompt + completion; }
  bool operator==(const Tokens&) const = default;
};

Tokens operator+(const Tokens& a, const Tokens& b);

/// The same work broken off after `completion` tokens of the answer.
Tokens cut_to(const Tokens& tokens, std::int64_t completion);

/// How many tokens a text counts for: four bytes each. The one place to put a real tokenizer.
std::int64_t tokens_of(std::string_view text);

/// tokens_of() all text a request gives the model, and some framing.
std::int64_t count_prompt_tokens(const nlohmann::json& request);

}  // namespace tollgate::simulator
