// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "message_tokens.hpp"

#include "image_tokens.hpp"

namespace tollgate::tokenizer {
namespace {

// Documented: OpenAI's cookbook, "How to count tokens with tiktoken", for gpt-3.5-turbo, gpt-4,
// gpt-4o and their successors: <|start|>{role or name}<|message|>{content}<|end|>, and the answer
// begun with <|start|>assistant<|message|>.
constexpr std::uint64_t kMessage = 3;
constexpr std::uint64_t kName = 1;
constexpr std::uint64_t kAnswer = 3;

/// `image_url` is an object in chat and a text in Responses, where `detail` stands beside it.
void add_image(PromptTally& tally, Json part) {
  const Json image = member(part, "image_url");
  const std::string_view url = has(image, "url") ? text_member(image, "url") : text_of(image);
  const std::string_view detail =
      has(image, "detail") ? text_member(image, "detail") : text_member(part, "detail");
  const ImageTokens counted = image_tokens(tally.model, detail, image_size(url));
  tally.add(counted.tokens);
  tally.estimate.images_guessed |= counted.guessed;
}

/// Unverified: that the texts of several parts are counted each on its own.
void add_part(PromptTally& tally, Json part) {
  const std::string_view type = text_member(part, "type");
  if (type == "text" || type == "input_text" || type == "output_text") {
    tally.add_text(text_member(part, "text"));
  } else if (type == "refusal") {
    tally.add_text(text_member(part, "refusal"));
  } else if (type == "image_url" || type == "input_image") {
    add_image(tally, part);
  } else {
    tally.estimate.parts_uncounted = true;
  }
}

void add_content(PromptTally& tally, Json content) {
  tally.add_text(text_of(content));
  for (const auto part : elements_of(content)) add_part(tally, part);
}

/// A call the model made earlier. Unverified: that it costs its name and arguments and little else.
void add_call(PromptTally& tally, Json function) {
  tally.add_text(text_member(function, "name"));
  tally.add_text(text_member(function, "arguments"));
  tally.estimate.tools_approximate = true;
}

void add_message(PromptTally& tally, Json message) {
  tally.add(kMessage);
  tally.add_text(text_member(message, "role"));
  if (has(message, "name")) {
    tally.add(kName);
    tally.add_text(text_member(message, "name"));
  }
  add_content(tally, member(message, "content"));
  tally.add_text(text_member(message, "refusal"));
  for (const auto call : elements_of(member(message, "tool_calls")))
    add_call(tally, member(call, "function"));
  if (has(message, "function_call")) add_call(tally, member(message, "function_call"));
  if (has(message, "tool_call_id")) tally.estimate.tools_approximate = true;
  if (has(message, "audio")) tally.estimate.parts_uncounted = true;
}

void add_plain_message(PromptTally& tally, std::string_view role, std::string_view text) {
  tally.add(kMessage);
  tally.add_text(role);
  tally.add_text(text);
}

void add_item(PromptTally& tally, Json item) {
  const std::string_view type = text_member(item, "type");
  if (type == "message" || (type.empty() && has(item, "role"))) {
    add_message(tally, item);
  } else if (type == "function_call") {
    tally.add(kMessage);
    add_call(tally, item);
  } else if (type == "function_call_output") {
    tally.add(kMessage);
    add_content(tally, member(item, "output"));
    tally.estimate.tools_approximate = true;
  } else if (type == "item_reference") {
    tally.estimate.context_unknown = true;
  } else {
    tally.estimate.parts_uncounted = true;  // reasoning, calls of built-in tools
  }
}

}  // namespace

void add_messages(PromptTally& tally, Json messages) {
  for (const auto message : elements_of(messages)) add_message(tally, message);
  tally.add(kAnswer);
}

// Unverified: that Responses frames messages as chat does, with a text as the user's only message.
void add_response_input(PromptTally& tally, Json input, std::string_view instructions) {
  if (!instructions.empty()) add_plain_message(tally, "system", instructions);
  if (input && input->is_string()) add_plain_message(tally, "user", text_of(input));
  for (const auto item : elements_of(input)) add_item(tally, item);
  tally.add(kAnswer);
}

}  // namespace tollgate::tokenizer
