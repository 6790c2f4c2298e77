// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/tokenizer/prompt_estimate.hpp"

#include <array>
#include <utility>

#include "json_members.hpp"
#include "message_tokens.hpp"
#include "prompt_tally.hpp"
#include "tool_tokens.hpp"

namespace tollgate::tokenizer {
namespace {

void add_chat(PromptTally& tally, Json body) {
  add_messages(tally, member(body, "messages"));
  add_tools(tally, member(body, "tools"));
  add_tools(tally, member(body, "functions"));
  add_output_schema(tally,
                    member(member(member(body, "response_format"), "json_schema"), "schema"));
  // On Your Data puts what it finds into the prompt.
  tally.estimate.context_unknown |= has(body, "data_sources");
}

void add_responses(PromptTally& tally, Json body) {
  add_response_input(tally, member(body, "input"), text_member(body, "instructions"));
  add_tools(tally, member(body, "tools"));
  add_output_schema(tally, member(member(member(body, "text"), "format"), "schema"));
  for (const std::string_view reference : {"previous_response_id", "conversation", "prompt"}) {
    tally.estimate.context_unknown |= has(body, reference);
  }
}

/// A text, a list of texts, a list of tokens or a list of such lists: the bare tokens, without any
/// framing.
void add_texts(PromptTally& tally, Json value) {
  tally.add_text(text_of(value));
  for (const auto item : elements_of(value)) {
    if (item.is_string()) tally.add_text(text_of(item));
    if (item.is_number()) tally.add(1);
    tally.add(elements_of(item).size());
  }
}

void add_completion(PromptTally& tally, Json body) {
  // Documented: without a prompt the model begins from <|endoftext|>.
  if (!has(body, "prompt")) tally.add(1);
  add_texts(tally, member(body, "prompt"));
  tally.add_text(text_member(body, "suffix"));
}

void add_request(PromptTally& tally, RequestShape shape, Json body) {
  switch (shape) {
    case RequestShape::chat:
      return add_chat(tally, body);
    case RequestShape::completions:
      return add_completion(tally, body);
    case RequestShape::embeddings:
      return add_texts(tally, member(body, "input"));
    case RequestShape::responses:
      return add_responses(tally, body);
  }
}

/// A parsed body takes memory for each of its values, not only for its size. Counts what opens or
/// separates them, those in texts too: more than there are, which errs on the safe side of a bound
/// that no prompt comes near.
bool has_too_many_values(std::string_view body) {
  std::size_t values = 0;
  for (const char c : body) values += c == ',' || c == '[' || c == '{' ? 1 : 0;
  return values > kMostValues;
}

/// English takes a token for about four bytes (OpenAI's tokenizer page).
PromptEstimate estimate_by_size(std::string_view model, std::string_view body) {
  constexpr std::size_t kBytesPerToken = 4;
  PromptEstimate out;
  out.tokens = body.size() / kBytesPerToken;
  out.encoding_guessed = !encoding_for_model(model).known;
  out.counted_by_rate = true;
  return out;
}

}  // namespace

Result<PromptEstimate> estimate_prompt(RequestShape shape, std::string_view model,
                                       std::string_view body) {
  if (has_too_many_values(body)) return estimate_by_size(model, body);
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  const auto error = parser.parse(body.data(), body.size()).get(root);
  if (error != simdjson::SUCCESS || !root.is_object()) {
    return Error{Errc::invalid_input, "the body is not a JSON object whose prompt can be counted"};
  }
  const EncodingChoice choice = encoding_for_model(model);
  PromptTally tally{model, choice.encoding};
  tally.estimate.encoding_guessed = !choice.known;
  add_request(tally, shape, root);
  return tally.estimate;
}

std::string guesses(const PromptEstimate& estimate) {
  std::string names;
  const std::array<std::pair<bool, std::string_view>, 6> flags{{
      {estimate.encoding_guessed, "encoding_guessed"},
      {estimate.images_guessed, "images_guessed"},
      {estimate.tools_approximate, "tools_approximate"},
      {estimate.parts_uncounted, "parts_uncounted"},
      {estimate.context_unknown, "context_unknown"},
      {estimate.counted_by_rate, "counted_by_rate"},
  }};
  for (const auto& [set, name] : flags) {
    if (!set) continue;
    if (!names.empty()) names += ',';
    names += name;
  }
  return names;
}

}  // namespace tollgate::tokenizer
