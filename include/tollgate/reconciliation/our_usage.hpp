// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <map>
#include <string>

#include "tollgate/pricing/amount.hpp"
#include "tollgate/pricing/price_class.hpp"
#include "tollgate/pricing/sku.hpp"
#include "tollgate/reconciliation/azure_metrics.hpp"
#include "tollgate/reconciliation/place.hpp"
#include "tollgate/reconciliation/resources.hpp"
#include "tollgate/usage/usage_record.hpp"

namespace tollgate::reconciliation {

/// Which meter of a model counts it.
struct MeterKey {
  pricing::Tier tier = pricing::Tier::standard;
  pricing::PriceClass price_class = pricing::PriceClass::input;
  bool long_prompt = false;  ///< of a model whose long prompts have a meter of their own

  auto operator<=>(const MeterKey&) const = default;
};

/// What a part of a quantity costs, in one currency.
struct OurCost {
  std::int64_t quantity = 0;  ///< that has a price in it
  std::int64_t nano = 0;
  pricing::Int128 list_pico = 0;  ///< by the prices alone, without negotiated adjustments
  std::int64_t adjusted = 0;      ///< of the quantity: with such an adjustment
};

/// What records say of one meter.
struct OurSum {
  std::int64_t quantity = 0;             ///< tokens, calls or milliseconds
  std::map<std::string, OurCost> costs;  ///< by currency: two are never added
  std::int64_t unpriced = 0;             ///< of the quantity: without a price
  std::int64_t estimated = 0;            ///< of the quantity: Tollgate's own count
  std::int64_t across_midnight = 0;      ///< of the quantity: of operations across midnight

  OurSum& operator+=(const OurSum& other);
};

/// Operations of which the records know that their numbers may not be Azure's.
struct Doubts {
  std::int64_t interrupted = 0;  ///< the gateway stopped in the middle
  std::int64_t estimated = 0;
  std::int64_t partial = 0;
  std::int64_t unreported = 0;       ///< nothing is known, and they may be billed
  std::int64_t awaiting = 0;         ///< still going on at the backend
  std::int64_t across_midnight = 0;  ///< began on that day and ended on another
  std::int64_t by_capacity = 0;      ///< served by capacity that is paid by the hour: on no meter
};

/// What records say of one place.
struct OurPlace {
  std::map<MeterKey, OurSum> meters;
  std::array<OurSum, kMetricNames.size()>
      metrics;  ///< by Metric; requests are tries that were sent
  /// By class: what was served by capacity that is paid by the hour.
  std::array<std::int64_t, pricing::kPriceClassCount> by_capacity{};
  std::int64_t operations = 0;
  Doubts doubts;
};

/// Sums records for the comparison. Their day is that on which the request was accepted, UTC.
class OurUsage {
 public:
  explicit OurUsage(const Resources& resources) : resources_(resources) {}

  /// A record with the cost that counts for it now. `awaiting`: what it uses is not known yet.
  void add(const usage::UsageRecord& record, bool awaiting);

  const std::map<Place, OurPlace>& places() const { return places_; }

 private:
  void add_attempts(const usage::UsageRecord& record, const std::string& day);

  const Resources& resources_;
  std::map<Place, OurPlace> places_;
};

}  // namespace tollgate::reconciliation
