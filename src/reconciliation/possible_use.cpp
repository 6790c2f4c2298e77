// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/reconciliation/possible_use.hpp"

#include <algorithm>
#include <optional>

#include "tollgate/pricing/priced_operations.hpp"
#include "tollgate/usage/reasons.hpp"

namespace tollgate::reconciliation {
namespace {

using pricing::Int128;
using pricing::Knowledge;
using pricing::PriceClass;
using usage::UsageBasis;
using usage::UsageRecord;

bool has_name_in(const UsageRecord& record, const auto& operations) {
  return std::ranges::find(operations, record.operation_id) != operations.end();
}

bool broke_off(const UsageRecord& record) {
  return record.usage_reason == usage::reason::kAnswerCutOff ||
         record.usage_reason == usage::reason::kErrorAfterContent;
}

Int128 rest_of(std::int64_t most, const std::optional<std::int64_t>& counted) {
  return std::max<std::int64_t>(most - counted.value_or(0), 0);
}

std::int64_t most_out(const UsageRecord& record) {
  return record.operation_id == pricing::operation::kEmbeddings ? 0 : kMostTokensOut;
}

/// What the backend told of one side is all of it, but for an answer that broke off.
PossibleUse beside_what_was_told(const UsageRecord& record) {
  PossibleUse out;
  if (!record.tokens.prompt) out.tokens_in = kMostTokensIn;
  if (!record.tokens.completion || broke_off(record))
    out.tokens_out = rest_of(most_out(record), record.tokens.completion);
  return out;
}

PossibleUse of_tokens(const UsageRecord& record, const pricing::Quantities& quantities) {
  if (has_name_in(record, pricing::operation::kOfSeveral)) return {};
  if (quantities.knowledge == Knowledge::free) return {};
  if (quantities.knowledge == Knowledge::unknown) return {kMostTokensIn, most_out(record), 0};
  if (record.usage_basis == UsageBasis::partial) return beside_what_was_told(record);
  if (record.usage_basis != UsageBasis::estimated) return {};
  return {rest_of(kMostTokensIn, record.tokens.prompt),
          rest_of(most_out(record), record.tokens.completion), 0};
}

}  // namespace

PossibleUse& PossibleUse::operator+=(const PossibleUse& other) {
  tokens_in += other.tokens_in;
  tokens_out += other.tokens_out;
  requests += other.requests;
  return *this;
}

Int128 PossibleUse::of(PriceClass price_class) const {
  switch (price_class) {
    case PriceClass::input:
    case PriceClass::cached_input:
    case PriceClass::cache_write:
    case PriceClass::audio_input:
    case PriceClass::cached_audio_input:
    case PriceClass::image_input:
    case PriceClass::cached_image_input:
      return tokens_in;
    case PriceClass::output:
    case PriceClass::audio_output:
    case PriceClass::image_output:
      return tokens_out;
    default:
      return 0;
  }
}

Int128 PossibleUse::of(Metric metric) const {
  if (metric == Metric::requests) return requests;
  return metric == Metric::prompt_tokens ? tokens_in : tokens_out;
}

PossibleUse possible_use(const UsageRecord& record, const pricing::Quantities& quantities) {
  PossibleUse out = of_tokens(record, quantities);
  // The gateway stopped before it could write down that it sent it.
  out.requests = record.outcome == usage::Outcome::interrupted && record.attempts.empty() ? 1 : 0;
  return out;
}

}  // namespace tollgate::reconciliation
