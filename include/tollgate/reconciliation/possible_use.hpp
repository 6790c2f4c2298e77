// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include "tollgate/pricing/amount.hpp"
#include "tollgate/pricing/price_class.hpp"
#include "tollgate/pricing/quantities.hpp"
#include "tollgate/reconciliation/metric.hpp"
#include "tollgate/usage/usage_record.hpp"

namespace tollgate::reconciliation {

/// What one request can take at most: the context and the longest answer of the largest model that
/// Azure serves (docs/reconciliation.md has the source).
inline constexpr std::int64_t kMostTokensIn = 1'050'000;
inline constexpr std::int64_t kMostTokensOut = 128'000;

/// What doubted operations may have used at most beside what their records count.
struct PossibleUse {
  pricing::Int128 tokens_in = 0;
  pricing::Int128 tokens_out = 0;
  pricing::Int128 requests = 0;

  PossibleUse& operator+=(const PossibleUse& other);
  /// Of a class; what is measured in no tokens has no bound that is known, and so explains nothing.
  pricing::Int128 of(pricing::PriceClass price_class) const;
  pricing::Int128 of(Metric metric) const;
};

/// Of one record. Of an operation of several requests nobody knows of how many: nothing is bound
/// for it, and so nothing explained by it. Pure.
PossibleUse possible_use(const usage::UsageRecord& record, const pricing::Quantities& quantities);

}  // namespace tollgate::reconciliation
