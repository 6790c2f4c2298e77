// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/quotas/use.hpp"

#include <algorithm>

#include "tollgate/base/int128.hpp"
#include "tollgate/pricing/quantities.hpp"
#include "tollgate/usage/reasons.hpp"

namespace tollgate::quotas {
namespace {

constexpr std::int64_t kThousandths = 1000;
constexpr std::int64_t kMillion = 1'000'000;

std::int64_t bounded(Int128 units) {
  return static_cast<std::int64_t>(std::clamp<Int128>(units, 0, kLargestAmount));
}

/// Tokens of each kind that has a weight.
struct Kinds {
  std::int64_t prompt = 0;
  std::int64_t cached = 0;  ///< no part of the prompt's here
  std::int64_t completion = 0;
};

std::int64_t weighed(const Kinds& kinds, const TokenWeights& weights) {
  return bounded(Int128(kinds.prompt) * weights.prompt + Int128(kinds.cached) * weights.cached +
                 Int128(kinds.completion) * weights.completion);
}

std::int64_t tokens_of(const Demand& demand, const LimitKey& key) {
  switch (key.count) {
    case TokenCount::all:
      return bounded(Int128(demand.prompt_tokens) + demand.completion_tokens);
    case TokenCount::uncached_prompt:
      return bounded(demand.prompt_tokens);
    case TokenCount::weighted:
      break;
  }
  const bool cached = key.weights.cached > key.weights.prompt;
  return weighed({cached ? 0 : demand.prompt_tokens, cached ? demand.prompt_tokens : 0,
                  demand.completion_tokens},
                 key.weights);
}

std::optional<std::int64_t> tokens_of(const Use& use, const LimitKey& key) {
  if (!use.prompt_tokens) return std::nullopt;
  const std::int64_t cached = std::min(use.cached_tokens.value_or(0), *use.prompt_tokens);
  if (key.count == TokenCount::uncached_prompt) return bounded(*use.prompt_tokens - cached);
  if (!use.completion_tokens) return std::nullopt;
  if (key.count == TokenCount::all)
    return bounded(Int128(*use.prompt_tokens) + *use.completion_tokens);
  return weighed({*use.prompt_tokens - cached, cached, *use.completion_tokens}, key.weights);
}

/// Rounded up.
std::int64_t assumed(std::int64_t prompt, std::int64_t completion, const AssumedPrice& price) {
  const Int128 millionths = Int128(std::max<std::int64_t>(prompt, 0)) * price.prompt_nano +
                            Int128(std::max<std::int64_t>(completion, 0)) * price.completion_nano;
  return bounded((millionths + kMillion - 1) / kMillion);
}

/// What a record of that basis says of its tokens, where it has any.
void read_tokens(Use& out, const usage::UsageRecord& record) {
  const usage::TokenCounts& tokens = record.tokens;
  out.prompt_tokens = tokens.prompt;
  out.cached_tokens = tokens.cached_prompt;
  out.completion_tokens = tokens.completion;
  if (record.usage_basis != usage::UsageBasis::reported) return;
  // Then what was not told is nothing, and a total that is more has reasoning beside the rest.
  const std::int64_t prompt = tokens.prompt.value_or(0);
  const std::int64_t beside = tokens.total.value_or(prompt) - prompt;
  out.prompt_tokens = prompt;
  out.completion_tokens = std::max(tokens.completion.value_or(0), beside);
}

void set_no_tokens(Use& out) {
  out.prompt_tokens = 0;
  out.completion_tokens = 0;
}

/// Where a record has no tokens, and why.
void read_reason(Use& out, const usage::UsageRecord& record) {
  const std::string& why = record.usage_reason;
  if (!usage::reason::is_free(why) && !usage::reason::is_counted_otherwise(why)) return;
  set_no_tokens(out);
  if (why == usage::reason::kNotSent) out.requests = 0;
  if (!out.cost_nano && pricing::quantities_of(record).knowledge == pricing::Knowledge::free)
    out.cost_nano = 0;
}

}  // namespace

Use use_of(const usage::UsageRecord& record) {
  Use out;
  out.cost_nano = record.cost_nano ? record.cost_nano : record.provisional_cost_nano;
  if (record.usage_basis == usage::UsageBasis::none) {
    read_reason(out, record);
  } else {
    read_tokens(out, record);
  }
  return out;
}

std::int64_t units_per_amount(const LimitKey& key) {
  return key.count == TokenCount::weighted ? kThousandths : 1;
}

std::optional<std::int64_t> units_of(const Demand& demand, const LimitKey& key,
                                     const std::optional<AssumedPrice>& assume) {
  switch (key.measure) {
    case Measure::requests:
      return bounded(demand.requests);
    case Measure::tokens:
      return tokens_of(demand, key);
    case Measure::in_flight:
      return std::min<std::int64_t>(demand.requests, 1);
    case Measure::cost:
      break;
  }
  if (demand.cost_nano) return bounded(*demand.cost_nano);
  if (!assume) return std::nullopt;
  return assumed(demand.prompt_tokens, demand.completion_tokens, *assume);
}

std::optional<std::int64_t> units_of(const Use& use, const LimitKey& key,
                                     const std::optional<AssumedPrice>& assume) {
  switch (key.measure) {
    case Measure::requests:
      return bounded(use.requests);
    case Measure::tokens:
      return tokens_of(use, key);
    case Measure::in_flight:
      return 0;
    case Measure::cost:
      break;
  }
  if (use.cost_nano) return bounded(*use.cost_nano);
  if (!assume || !use.prompt_tokens || !use.completion_tokens) return std::nullopt;
  return assumed(*use.prompt_tokens, *use.completion_tokens, *assume);
}

}  // namespace tollgate::quotas
