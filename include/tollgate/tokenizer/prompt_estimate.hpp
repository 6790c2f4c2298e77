// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "tollgate/base/error.hpp"

namespace tollgate::tokenizer {

/// How a request body holds its prompt.
enum class RequestShape {
  chat,         ///< `messages`, `tools` or `functions`
  completions,  ///< `prompt`
  embeddings,   ///< `input`
  responses,    ///< `input`, `instructions`, `tools`
};

/// Prompt tokens by our own count, and what in it is not exact.
struct PromptEstimate {
  std::uint64_t tokens = 0;
  bool encoding_guessed = false;   ///< the model has no row in the table of encodings
  bool images_guessed = false;     ///< an image's size or detail, or the model's rule, is not known
  bool tools_approximate = false;  ///< tools, calls of them, output schemas: partly documented
  bool parts_uncounted = false;    ///< audio, files and unknown kinds of parts: counted as nothing
  bool context_unknown = false;    ///< the prompt holds more than the body: an earlier response, a
                                   ///< conversation, a stored prompt, what a data source finds
  bool counted_by_rate = false;    ///< more text or structure than is looked at

  bool operator==(const PromptEstimate&) const = default;
};

/// The names of the flags set, in the order above, joined by commas:
/// "images_guessed,tools_approximate"; empty when none is. Fit for a record's reason.
std::string guesses(const PromptEstimate& estimate);

/// Counts the prompt of a JSON request body (docs/token-estimates.md has the rules and their
/// sources). `model` is the model served where known, else the requested one; the body's own is not
/// looked at. At most TokenCounter::kMostCounted bytes of text are counted, and a body of more than
/// kMostValues values is not parsed at all: what is beyond counts at a rate. Error invalid_input
/// when the body is not one JSON object, nests deeper than 1,024 levels, or has lone surrogates or
/// numbers out of range.
inline constexpr std::size_t kMostValues = 4'000'000;
Result<PromptEstimate> estimate_prompt(RequestShape shape, std::string_view model,
                                       std::string_view body);

}  // namespace tollgate::tokenizer
