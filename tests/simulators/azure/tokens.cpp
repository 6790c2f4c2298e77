// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tokens.hpp"

#include <algorithm>
#include <string>

namespace tollgate::simulator {

using nlohmann::json;

namespace {

constexpr std::int64_t kFraming = 7;

void collect(const json& value, std::string& text) {
  if (value.is_string()) text += value.get_ref<const std::string&>();
  if (!value.is_structured()) return;
  for (const json& inner : value) collect(inner, text);
}

}  // namespace

Tokens operator+(const Tokens& a, const Tokens& b) {
  return {.prompt = a.prompt + b.prompt,
          .completion = a.completion + b.completion,
          .cached = a.cached + b.cached,
          .prompt_audio = a.prompt_audio + b.prompt_audio,
          .image = a.image + b.image,
          .reasoning = a.reasoning + b.reasoning,
          .completion_audio = a.completion_audio + b.completion_audio,
          .accepted_prediction = a.accepted_prediction + b.accepted_prediction,
          .rejected_prediction = a.rejected_prediction + b.rejected_prediction};
}

Tokens cut_to(const Tokens& tokens, std::int64_t completion) {
  Tokens out = tokens;
  out.completion = std::min(tokens.completion, completion);
  for (std::int64_t Tokens::*part : {&Tokens::reasoning, &Tokens::completion_audio,
                                     &Tokens::accepted_prediction, &Tokens::rejected_prediction}) {
    out.*part = std::min(out.*part, out.completion);
  }
  return out;
}

std::int64_t tokens_of(std::string_view text) {
  return static_cast<std::int64_t>((text.size() + 3) / 4);
}

std::int64_t count_prompt_tokens(const json& request) {
  std::string text;
  for (const char* key : {"messages", "prompt", "input", "instructions"}) {
    if (request.contains(key)) collect(request[key], text);
  }
  return tokens_of(text) + kFraming;
}

}  // namespace tollgate::simulator
