// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "estimate.hpp"

#include <algorithm>

#include "tollgate/tokenizer/prompt_estimate.hpp"
#include "tollgate/usage/filter_refusal.hpp"
#include "tollgate/usage/reasons.hpp"

namespace tollgate::proxy {
namespace {

/// Those of the words, which have commas between, that the reason does not have yet.
void add_words(std::string_view words, std::string& reason) {
  while (!words.empty()) {
    const std::string_view word = words.substr(0, words.find(','));
    words.remove_prefix(std::min(word.size() + 1, words.size()));
    if (reason.find(word) == std::string::npos) reason.append(",").append(word);
  }
}

bool is_billed_refusal(const usage::UsageRecord& record, int backend_status) {
  return backend_status == 400 && usage::is_filter_word(record.error_code);
}

}  // namespace

bool can_estimate(const usage::UsageRecord& record, const operations::Api& api,
                  int backend_status) {
  if (!api.counted_as || record.usage_basis != usage::UsageBasis::none) return false;
  const bool error = backend_status >= 300 || record.usage_reason == usage::reason::kErrorAnswer;
  return !error || is_billed_refusal(record, backend_status);
}

void estimate_usage(usage::UsageRecord& record, const operations::Api& api,
                    std::string_view request_body, std::optional<std::int64_t> generated_tokens) {
  const auto prompt = tokenizer::estimate_prompt(*api.counted_as, record.model, request_body);
  if (!prompt) return;
  record.usage_basis = usage::UsageBasis::estimated;
  record.tokens.prompt = static_cast<std::int64_t>(prompt->tokens);
  // A refused prompt has no answer; of one that was not read as it came, nothing is known, which is
  // not none.
  const bool refused = record.usage_reason == usage::reason::kErrorAnswer;
  if (refused) {
    record.tokens.completion = 0;
  } else if (api.generates_text) {
    record.tokens.completion = generated_tokens;
  }
  record.tokens.total = *record.tokens.prompt + record.tokens.completion.value_or(0);
  const std::string guessed = tokenizer::guesses(*prompt);
  add_words(guessed, record.usage_reason);
}

}  // namespace tollgate::proxy
