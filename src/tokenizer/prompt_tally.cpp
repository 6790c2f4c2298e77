// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "prompt_tally.hpp"

#include <algorithm>

namespace tollgate::tokenizer {

std::uint64_t PromptTally::count(std::string_view text) {
  const std::size_t room = TokenCounter::kMostCounted - counted_bytes;
  const std::string_view looked_at = text.substr(0, room);
  const std::uint64_t tokens = count_tokens(encoding, looked_at);
  counted_tokens += tokens;
  counted_bytes += looked_at.size();
  const std::size_t beyond = text.size() - looked_at.size();
  if (beyond == 0) return tokens;
  estimate.counted_by_rate = true;
  return tokens + beyond * counted_tokens / counted_bytes;
}

}  // namespace tollgate::tokenizer
