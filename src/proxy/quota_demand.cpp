// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "quota_demand.hpp"

#include <algorithm>
#include <limits>
#include <string>

#include "tollgate/pricing/highest_cost.hpp"
#include "tollgate/tokenizer/prompt_bound.hpp"
#include "tollgate/tokenizer/prompt_estimate.hpp"

namespace tollgate::proxy {
namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

std::int64_t product(std::int64_t a, std::int64_t b) { return a > kMost / b ? kMost : a * b; }

std::int64_t bytes_of(std::string_view body) { return static_cast<std::int64_t>(body.size()); }

/// Files are uploaded by forms: their bytes are no tokens.
bool has_text(const Wanted& wanted) {
  return wanted.target.operation->counts() && wanted.scan != nullptr && !wanted.scan->form;
}

std::int64_t images_at_most(const Wanted& wanted) {
  if (wanted.target.operation->api->counted_by != operations::CountedBy::images) return 0;
  return wanted.scan == nullptr ? 1 : wanted.scan->asked_output.answers;
}

}  // namespace

std::optional<std::int64_t> prompt_at_most(const Wanted& wanted, std::string_view body) {
  if (!has_text(wanted)) return 0;
  if (!wanted.target.operation->api->counted_as) return bytes_of(body);
  const auto bound = tokenizer::prompt_bound(body);
  return bound ? std::optional(static_cast<std::int64_t>(*bound)) : std::nullopt;
}

std::int64_t count_prompt(const operations::Operation& operation, std::string_view model,
                          std::string_view body) {
  if (!operation.api->counted_as) return bytes_of(body);
  const auto counted = tokenizer::estimate_prompt(*operation.api->counted_as, model, body);
  return counted ? static_cast<std::int64_t>(counted->tokens) : bytes_of(body);
}

std::int64_t output_at_most(const Wanted& wanted, std::int64_t usual) {
  if (!wanted.target.operation->counts() || wanted.scan == nullptr) return 0;
  const usage::AskedOutput& asked = wanted.scan->asked_output;
  if (const auto most = asked.most()) return *most;
  if (!wanted.target.operation->api->generates_text) return 0;
  return product(std::max<std::int64_t>(usual, 0), std::max<std::int64_t>(asked.answers, 1));
}

std::optional<std::int64_t> dearest_cost(const Wanted& wanted, const Destination& destination,
                                         const pricing::Pricer& pricer, UtcTime time,
                                         const quotas::Demand& demand) {
  if (!wanted.target.operation->counts()) return 0;
  const pricing::HighestUse use{demand.prompt_tokens, demand.completion_tokens,
                                images_at_most(wanted)};
  const std::int64_t millionths = pricer.list().adjustment(wanted.client.name, time);
  const std::string_view tier =
      wanted.scan == nullptr ? std::string_view() : wanted.scan->service_tier;
  std::int64_t out = 0;
  for (const routing::Candidate& candidate : destination.route().candidates) {
    // Work whose model no request names (batches, runs) is priced when it has ended.
    if (candidate.deployment.empty()) continue;
    const auto cost = pricer.dearest(
        {candidate.backend->name, candidate.deployment, wanted.target.operation->id, tier, time},
        use, millionths);
    if (!cost) return std::nullopt;
    out = std::max(out, *cost);
  }
  return out;
}

}  // namespace tollgate::proxy
