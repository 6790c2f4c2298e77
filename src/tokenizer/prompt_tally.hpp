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
  void add_text(std::string_view text) { add(count_tokens(encoding, text)); }
};

}  // namespace tollgate::tokenizer
