// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "causes.hpp"
#include "names.hpp"
#include "tollgate/pricing/price_class.hpp"
#include "tollgate/pricing/sku.hpp"
#include "tollgate/reconciliation/azure_bill.hpp"
#include "tollgate/reconciliation/our_usage.hpp"

namespace tollgate::reconciliation {

/// Which prompts a meter counts.
enum class Prompts : std::uint8_t { all, short_ones, long_ones };

/// What a row of the bill is compared with.
struct BillKey {
  Place place;
  pricing::Tier tier = pricing::Tier::standard;
  pricing::PriceClass price_class = pricing::PriceClass::input;
  Prompts prompts = Prompts::all;

  /// Whether the meter of ours is counted by it.
  bool counts(const MeterKey& meter) const;
  auto operator<=>(const BillKey&) const = default;
};

/// Rows of one key.
struct BillSum {
  pricing::Int128 quantity = 0;                        ///< in 10^-12 tokens
  pricing::Int128 cost = 0;                            ///< in 10^-12 of the bill's currency
  std::map<std::string, pricing::Int128> other_costs;  ///< in other currencies
  NameSet meters;

  /// The nearest whole number.
  pricing::Int128 tokens() const;
};

/// Sorts the bill's rows by what they can be compared with.
class BillSums {
 public:
  explicit BillSums(const AzureBill& bill);

  std::map<BillKey, BillSum> sums;
  /// By the meter's name; what no meter of ours can stand beside.
  std::map<Place, std::map<std::string, BillSum, AnyCase>> unknown;
  std::set<std::string> days;
  std::map<std::string, std::size_t> other_currencies;  ///< rows

 private:
  void add(const BillRow& row, const AzureBill& bill);
  void add_to(BillSum& sum, const BillRow& row, pricing::Int128 tokens,
              const std::string& currency);
};

/// What our place says of a key: the sum of the meters that it stands for.
OurSum our_sum(const OurPlace& place, const BillKey& key);
/// Nullptr: no record is of it.
const OurPlace* find_place(const OurUsage& ours, const Place& place);

/// What both sides of a bill's keys differ by.
class BillGaps {
 public:
  /// Both outlive it.
  BillGaps(const BillSums& bill, const OurUsage& ours);

  /// Azure's quantity less ours; nullopt: Azure's file has no row of the day.
  std::optional<pricing::Int128> gap(const BillKey& key) const;
  /// The other tiers on which the gap of the class goes the other way.
  std::vector<OtherTier> other_tiers(const BillKey& of, bool more_at_azure) const;
  /// How much of what began on an earlier day Azure may count here: not what it counts there.
  OurSum carried(const BillKey& key) const;
  /// How much of what went on over midnight Azure may count on the next day: not more than it has
  /// there above what is ours.
  pricing::Int128 across_midnight(const BillKey& key, const OurSum& ours) const;

 private:
  const BillSums& bill_;
  const OurUsage& ours_;
  std::map<std::pair<Place, pricing::PriceClass>, std::map<pricing::Tier, pricing::Int128>> tiers_;
};

}  // namespace tollgate::reconciliation
