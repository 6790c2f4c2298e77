// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "limit_use.hpp"

#include <algorithm>
#include <limits>

#include "tollgate/base/text.hpp"
#include "tollgate/usage/reasons.hpp"

namespace tollgate::app {

using ledger::RollupCount;
using quotas::Scope;

bool counts_for(const quotas::Subject& subject, const usage::UsageRecord& record) {
  switch (subject.scope) {
    case Scope::gateway:
      return true;
    case Scope::tag: {
      const auto found = record.tags.find(subject.name);
      return found != record.tags.end() && found->second == subject.detail;
    }
    case Scope::client:
      return record.client_name == subject.name;
    case Scope::client_model:
      return record.client_name == subject.name && iequals(record.requested_model, subject.detail);
    case Scope::deployment:
      return record.backend == subject.name && record.backend_deployment == subject.detail;
  }
  return false;
}

std::int64_t at_most_64_bits(Int128 number) {
  constexpr Int128 kMost = std::numeric_limits<std::int64_t>::max();
  return static_cast<std::int64_t>(std::clamp<Int128>(number, 0, kMost));
}

void UseSums::add(const ledger::UsageShare& share) {
  const usage::UsageRecord& record = share.record;
  const Int128 operations = share.sums[RollupCount::operations];
  const bool none = record.usage_basis == usage::UsageBasis::none;
  if (!none || record.usage_reason != usage::reason::kNotSent) requests += operations;
  prompt += share.sums[RollupCount::prompt_tokens];
  cached += share.sums[RollupCount::cached_prompt_tokens];
  // A total that is more has reasoning beside the rest, as quotas::use_of has it of one record.
  // Operations of one share are of one deployment: all of them tell a total, or none.
  const Int128 told = share.sums[RollupCount::completion_tokens];
  const Int128 beside =
      share.sums[RollupCount::total_tokens] - share.sums[RollupCount::prompt_tokens];
  const bool reported = record.usage_basis == usage::UsageBasis::reported;
  // Of what is taken away again, the sums are below 0.
  const Int128 larger = operations < 0 ? std::min(told, beside) : std::max(told, beside);
  completion += reported ? larger : told;
  cost += share.sums[RollupCount::cost_nano] + share.sums[RollupCount::provisional_cost_nano];
  const std::string& why = record.usage_reason;
  if (!none) known += operations;
  if (none && !usage::reason::is_free(why) && !usage::reason::is_counted_otherwise(why)) {
    unknown += operations;
    unknown_bytes += share.sums[RollupCount::request_bytes];
  }
  if (record.cost_basis == usage::CostBasis::unpriced) unpriced += operations;
  const bool partly = record.usage_basis == usage::UsageBasis::partial;
  if (partly || record.usage_basis == usage::UsageBasis::estimated) estimated += operations;
}

void UseSums::add(const UseSums& other) {
  requests += other.requests;
  prompt += other.prompt;
  cached += other.cached;
  completion += other.completion;
  cost += other.cost;
  known += other.known;
  unknown += other.unknown;
  unknown_bytes += other.unknown_bytes;
  unpriced += other.unpriced;
  estimated += other.estimated;
}

quotas::Use UseSums::use() const {
  quotas::Use out;
  out.requests = at_most_64_bits(requests);
  out.prompt_tokens = at_most_64_bits(prompt);
  out.cached_tokens = at_most_64_bits(cached);
  out.completion_tokens = at_most_64_bits(completion);
  out.cost_nano = at_most_64_bits(cost);
  return out;
}

quotas::Use UseSums::use_with_unknown() const {
  UseSums all = *this;
  if (unknown > 0 && known > 0) {
    const auto as_others = [&](Int128 sum) { return (sum * unknown + known - 1) / known; };
    all.prompt += as_others(prompt);
    all.cached += as_others(cached);
    all.completion += as_others(completion);
    all.cost += as_others(cost);
  } else if (unknown > 0) {
    all.prompt += unknown_bytes;
    all.completion += unknown * quotas::kUnknownOutput;
  }
  return all.use();
}

}  // namespace tollgate::app
