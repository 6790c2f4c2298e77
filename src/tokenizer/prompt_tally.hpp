// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

#include "tollgate/tokenizer/prompt_estimate.hpp"
#include "tollgate/tokenizer/tokenizer.hpp"

namespace tollgate::tokenizer {

/// What the parts of a request add up to.
struct PromptTally {
  std::string_view model;
  Encoding encoding = Encoding::o200k_base;
  PromptEstimate estimate;

  void add(std::uint64_t tokens) { estimate.tokens += tokens; }
  void add_text(std::string_view text) { add(count(text)); }

  /// The tokens of a text. Of all texts together no more than TokenCounter::kMostCounted bytes are
  /// looked at; what is beyond counts at the rate of those, and the estimate says so.
  std::uint64_t count(std::string_view text);

  std::uint64_t counted_tokens = 0;  ///< of the texts that were looked at
  std::size_t counted_bytes = 0;
};

}  // namespace tollgate::tokenizer
