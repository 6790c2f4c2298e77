// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>

#include "tollgate/quotas/limit.hpp"
#include "tollgate/usage/usage_record.hpp"

// What a request asks for and what an operation took, and how much of a limit that is. Pure.
namespace tollgate::quotas {

/// The tokens out of one answer whose request gives no limit, where nobody knows better.
inline constexpr std::int64_t kUnknownOutput = 4096;

/// The most that a request can take, as far as it is known before it leaves. Never too little: what
/// is not known exactly stands here as the most that it can be, at first perhaps by the length of
/// the body alone. Where such a demand does not fit, Exceeded says whether a smaller one could: the
/// caller then counts exactly and asks once more.
struct Demand {
  std::int64_t requests = 1;
  std::int64_t prompt_tokens = 0;
  std::int64_t completion_tokens = 0;  ///< of all choices (`n`, `best_of`)
  /// At the dearest candidate's price; nullopt: one of them has none.
  std::optional<std::int64_t> cost_nano;

  bool operator==(const Demand&) const = default;
};

/// What an operation took, or several did; nullopt is not known, which is not 0.
struct Use {
  std::int64_t requests = 1;
  std::optional<std::int64_t> prompt_tokens;
  std::optional<std::int64_t> cached_tokens;  ///< part of the prompt's; nullopt counts as none
  std::optional<std::int64_t> completion_tokens;
  std::optional<std::int64_t> cost_nano;

  bool operator==(const Use&) const = default;
};

/// What a record says was taken, whether it has just ended or is read back from the ledger: the one
/// way from records to quotas. Nothing, where the record itself says that nothing is billed, such
/// as for a request that never left. Cost is its CostNano, else its share of an hour of capacity
/// that is not closed (ProvisionalCostNano).
Use use_of(const usage::UsageRecord& record);

/// How much of a limit. Units are the measure's own, but thousandths of a weighted token, so that
/// sums over records are exact in any order.
std::int64_t units_per_amount(const LimitKey& key);

/// At most kLargestAmount. Tokens in are taken to come from where they count most. nullopt: it has
/// no price and none is assumed.
std::optional<std::int64_t> units_of(const Demand& demand, const LimitKey& key,
                                     const std::optional<AssumedPrice>& assume);
/// At most kLargestAmount, at least 0. nullopt: not known.
std::optional<std::int64_t> units_of(const Use& use, const LimitKey& key,
                                     const std::optional<AssumedPrice>& assume);

}  // namespace tollgate::quotas
