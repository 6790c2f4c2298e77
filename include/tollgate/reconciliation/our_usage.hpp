// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "tollgate/base/time.hpp"
#include "tollgate/pricing/amount.hpp"
#include "tollgate/pricing/price_class.hpp"
#include "tollgate/pricing/quantities.hpp"
#include "tollgate/pricing/sku.hpp"
#include "tollgate/reconciliation/metric.hpp"
#include "tollgate/reconciliation/our_sum.hpp"
#include "tollgate/reconciliation/place.hpp"
#include "tollgate/reconciliation/possible_use.hpp"
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

/// Operations of which the records know that their numbers may not be Azure's. One may be of
/// several kinds.
struct Doubts {
  std::int64_t interrupted = 0;  ///< the gateway stopped in the middle
  std::int64_t estimated = 0;
  std::int64_t partial = 0;
  std::int64_t unreported = 0;       ///< nothing is known, and they may be billed
  std::int64_t awaiting = 0;         ///< still going on at the backend
  std::int64_t across_midnight = 0;  ///< began on that day and ended on another
  std::int64_t by_capacity = 0;      ///< served by capacity that is paid by the hour: on no meter

  Doubts& operator+=(const Doubts& other);
  auto operator<=>(const Doubts&) const = default;
};

/// What records say of one place.
struct OurPlace {
  std::map<MeterKey, OurSum> meters;
  /// By Metric; requests are tries that were sent.
  std::array<OurSum, kMetricNames.size()> metrics;
  /// By class: what was served by capacity that is paid by the hour.
  std::array<pricing::Int128, pricing::kPriceClassCount> by_capacity{};
  std::int64_t operations = 0;
  std::int64_t reported = 0;  ///< of these: the backend's answer said what they used
  Doubts doubts;
  /// Operations by what is doubted of each of them, 0 or 1 of a kind; without those that are not.
  std::map<Doubts, std::int64_t> doubted;
  PossibleUse possible;  ///< what all doubted ones may have used beside what is counted
  /// Of operations that ended on the day, by the day on which they began: they are counted there,
  /// and Azure may count them here.
  std::map<std::pair<std::string, MeterKey>, OurSum> carried;
  std::map<std::pair<std::string, Metric>, OurSum> carried_metrics;
};

/// Sums records for the comparison. Their day is that on which the request was accepted, UTC.
class OurUsage {
 public:
  /// Of what began before `from` that alone is kept which Azure may count on a later day.
  /// `resources` outlives it.
  explicit OurUsage(const Resources& resources, std::optional<UtcTime> from = {});

  /// A record with the cost that counts for it now. `awaiting`: what it uses is not known yet.
  void add(const usage::UsageRecord& record, bool awaiting);

  const std::map<Place, OurPlace>& places() const { return places_; }

 private:
  void add_at(const Place& place, const usage::UsageRecord& record, bool awaiting,
              const pricing::Quantities& quantities);
  void carry(Place place, const usage::UsageRecord& record, const pricing::Quantities& quantities);
  void add_attempts(const usage::UsageRecord& record, bool in_doubt);

  const Resources& resources_;
  std::optional<UtcTime> from_;
  std::string first_day_;  ///< empty: any
  std::map<Place, OurPlace> places_;
};

}  // namespace tollgate::reconciliation
