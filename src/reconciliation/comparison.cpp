// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/reconciliation/comparison.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "causes.hpp"
#include "tollgate/pricing/meter_name.hpp"

namespace tollgate::reconciliation {
namespace {

using pricing::Int128;
using pricing::Meter;

constexpr Int128 kWholeOne = 1'000'000'000'000;  // 10^12

/// Which prompts a meter counts.
enum class Prompts { all, short_ones, long_ones };

/// What a row of the bill is compared with.
struct BillKey {
  Place place;
  pricing::Tier tier = pricing::Tier::standard;
  pricing::PriceClass price_class = pricing::PriceClass::input;
  Prompts prompts = Prompts::all;

  auto operator<=>(const BillKey&) const = default;
};

/// Rows of one key.
struct BillSum {
  Int128 quantity = 0;  ///< in 10^-12 tokens
  Int128 cost = 0;
  std::set<std::string> meters;
};

std::string joined(const std::set<std::string>& names, const char* between) {
  std::string out;
  for (const std::string& name : names) out.append(out.empty() ? "" : between).append(name);
  return out;
}

Prompts prompts_of(const Meter& meter) {
  if (meter.short_prompts_only) return Prompts::short_ones;
  return meter.above_prompt_tokens > 0 ? Prompts::long_ones : Prompts::all;
}

std::string rows_text(std::size_t number, const std::string& what) {
  return std::to_string(number) + (number == 1 ? " row " : " rows ") + what;
}

/// Rows of no resource of ours.
struct LeftOut {
  std::size_t rows = 0;
  Int128 cost = 0;  ///< in 10^-12
  std::set<std::string> resources;

  void add(const std::string& resource_id) {
    ++rows;
    resources.insert(resource_id.substr(resource_id.find_last_of('/') + 1));
  }
  /// "2 rows of resources that no backend stands for (north, west), 1.5 USD: left out; ...".
  std::string text(const std::string& currency) const {
    std::string out = rows_text(rows, "of resources that no backend stands for (") +
                      joined(resources, ", ") + ")";
    if (!currency.empty()) out += ", " + pricing::to_decimal(cost, kBillDecimals) + " " + currency;
    return out + ": left out; backends.*.resource_id names a backend's";
  }
};

/// Sorts the bill's rows by what they can be compared with.
class BillSums {
 public:
  BillSums(const AzureBill& bill, const Resources& resources) {
    for (const BillRow& row : bill.rows) add(row, bill.in_tokens, resources);
  }

  std::map<BillKey, BillSum> sums;
  std::map<std::pair<Place, std::string>, BillSum> unknown;  ///< by the meter's name
  LeftOut elsewhere;
  std::set<std::string> days;
  std::size_t used = 0;  ///< rows of a resource of ours

 private:
  void add(const BillRow& row, bool in_tokens, const Resources& resources) {
    const auto resource = resources.of_resource_id(row.resource_id);
    if (!resource) {
      elsewhere.add(row.resource_id);
      elsewhere.cost += row.cost;
      return;
    }
    ++used;
    days.insert(row.day);
    const Place place{row.day, *resource, row.deployment};
    const auto unit =
        in_tokens ? std::optional(std::int64_t{1}) : pricing::tokens_in_unit(row.unit);
    const auto tokens = unit ? pricing::times(row.quantity, *unit) : std::nullopt;
    const Result<Meter> meter = pricing::read_meter_name(row.meter);
    if (!meter || !tokens || row.deployment.empty()) {
      add_to(unknown[{place, row.meter}], row, 0);
      return;
    }
    add_to(sums[{place, meter->tier, meter->price_class, prompts_of(*meter)}], row, *tokens);
  }

  static void add_to(BillSum& sum, const BillRow& row, Int128 tokens) {
    sum.quantity += tokens;
    sum.cost += row.cost;
    sum.meters.insert(row.meter);
  }
};

/// Our side of a key: the sum of the meters that it stands for.
OurSum our_sum(const OurPlace& place, const BillKey& key) {
  OurSum out;
  for (const bool long_prompt : {false, true}) {
    if (key.prompts == (long_prompt ? Prompts::short_ones : Prompts::long_ones)) continue;
    const auto found = place.meters.find({key.tier, key.price_class, long_prompt});
    if (found != place.meters.end()) out += found->second;
  }
  return out;
}

const OurPlace* find_place(const OurUsage& ours, const Place& place) {
  const auto found = ours.places().find(place);
  return found == ours.places().end() ? nullptr : &found->second;
}

/// Whether a row of the bill stands for our meter.
bool is_on_bill(const BillSums& bill, const Place& place, const MeterKey& meter) {
  const Prompts own = meter.long_prompt ? Prompts::long_ones : Prompts::short_ones;
  return bill.sums.contains({place, meter.tier, meter.price_class, Prompts::all}) ||
         bill.sums.contains({place, meter.tier, meter.price_class, own});
}

/// "input, tier priority, long prompts": where Azure has no name for it.
std::string our_name(const MeterKey& meter) {
  std::string out(to_string(meter.price_class));
  if (meter.tier != pricing::Tier::standard) out.append(", tier ").append(to_string(meter.tier));
  return meter.long_prompt ? out + ", long prompts" : out;
}

std::int64_t whole_tokens(Int128 picos) {
  return pricing::to_int64(pricing::divide_half_even(picos, kWholeOne)).value_or(0);
}

/// Of each class at a place, by tier: Azure's quantity less ours.
class TierGaps {
 public:
  TierGaps(const BillSums& bill, const OurUsage& ours) {
    for (const auto& [key, sum] : bill.sums)
      gaps_[{key.place, key.price_class}][key.tier] += whole_tokens(sum.quantity);
    for (const auto& [place, of] : ours.places()) {
      for (const auto& [meter, sum] : of.meters)
        gaps_[{place, meter.price_class}][meter.tier] -= sum.quantity;
    }
  }

  /// The other tiers on which the gap goes the other way.
  std::vector<OtherTier> other_tiers(const BillKey& of, bool more_at_azure) const {
    std::vector<OtherTier> out;
    const auto found = gaps_.find({of.place, of.price_class});
    if (found == gaps_.end()) return out;
    for (const auto& [tier, gap] : found->second) {
      const std::int64_t other_way = more_at_azure ? -gap : gap;
      if (tier != of.tier && other_way > 0) out.push_back({tier, other_way});
    }
    return out;
  }

 private:
  std::map<std::pair<Place, pricing::PriceClass>, std::map<pricing::Tier, std::int64_t>> gaps_;
};

/// Compares the rows of a bill one after the other.
class BillComparison {
 public:
  BillComparison(const AzureBill& bill, const OurUsage& ours, const Resources& resources,
                 const ComparisonTerms& terms)
      : sums_(bill, resources), gaps_(sums_, ours), ours_(ours), terms_(terms) {
    out_.currency = bill.currency;
    out_.used = sums_.used;
    if (!bill.in_tokens && !bill.rows.empty())
      note("quantities have fractions: they are taken for blocks of their unit of measure");
    if (sums_.elsewhere.rows > 0) note(sums_.elsewhere.text(bill.currency));
  }

  Comparison finish() && {
    for (const auto& [key, sum] : sums_.sums) add_metered(key, sum);
    for (const auto& [key, sum] : sums_.unknown) add_unknown(key.first, key.second, sum);
    for (const auto& [place, ours] : ours_.places()) {
      for (const auto& [meter, sum] : ours.meters) {
        if (!is_on_bill(sums_, place, meter)) add_ours(place, ours, meter, sum);
      }
      if (ours.doubts.by_capacity > 0) ++by_capacity_;
    }
    note_missing_days();
    note_currencies();
    if (by_capacity_ > 0)
      note("operations at " + std::to_string(by_capacity_) +
           (by_capacity_ == 1 ? " place were" : " places were") +
           " served by capacity that is paid by the hour: they are on no meter of tokens");
    std::ranges::stable_sort(out_.rows, {}, &ComparedRow::place);
    return std::move(out_);
  }

 private:
  void note(std::string text) { out_.notes.push_back(std::move(text)); }

  void note_missing_days() {
    std::set<std::string> missing;
    for (const auto& [place, ours] : ours_.places()) {
      if (!ours.meters.empty() && !sums_.days.contains(place.day)) missing.insert(place.day);
    }
    if (missing.empty()) return;
    note("Azure's file has no row of " + joined(missing, ", ") + ", and the records have");
  }

  void note_currencies() {
    std::set<std::string> others;
    for (const ComparedRow& row : out_.rows) {
      for (const auto& [currency, nano] : row.other_nano) others.insert(currency);
    }
    if (others.empty()) return;
    note("the bill is in " + out_.currency + ", and records have costs in " + joined(others, ", ") +
         " too: these are told apart and not compared");
  }

  void take_our_costs(ComparedRow& row, const OurSum& ours) const {
    row.unpriced = ours.unpriced;
    for (const auto& [currency, cost] : ours.costs) {
      if (currency == out_.currency) row.our_nano = cost.nano;
      if (currency != out_.currency) row.other_nano[currency] = cost.nano;
    }
    // Nothing was used: that costs nothing. What has no price is another matter.
    if (ours.quantity == 0 && ours.costs.empty()) row.our_nano = 0;
  }

  void explain(ComparedRow& row, const BillKey& key, const OurSum& ours, const OurPlace* place) {
    const std::int64_t gap = row.azure_quantity.value_or(0) - ours.quantity;
    explain_gap(
        row, {.ours = &ours,
              .place = place,
              .terms = &terms_,
              .currency = out_.currency,
              .other_tiers = gaps_.other_tiers(key, gap > 0),
              .served_by_capacity =
                  place == nullptr ? 0 : place->by_capacity[pricing::index_of(key.price_class)]});
    out_.rows.push_back(std::move(row));
  }

  void add_metered(const BillKey& key, const BillSum& sum) {
    const OurPlace* const place = find_place(ours_, key.place);
    const OurSum ours = place == nullptr ? OurSum{} : our_sum(*place, key);
    ComparedRow row;
    row.place = key.place;
    row.counted = joined(sum.meters, " + ");
    row.azure_quantity = whole_tokens(sum.quantity);
    row.our_quantity = ours.quantity;
    row.azure_cost = sum.cost;
    take_our_costs(row, ours);
    explain(row, key, ours, place);
  }

  void add_unknown(const Place& place, const std::string& meter, const BillSum& sum) {
    ComparedRow row;
    row.place = place;
    row.counted = meter;
    row.azure_cost = sum.cost;
    const bool tagged = !place.deployment.empty();
    row.causes.push_back(
        {tagged ? cause::kUnknownMeter : cause::kNoDeployment,
         tagged ? "this meter, or its unit, is none that counts tokens here: not compared"
                : "the row has no tag `deployment`: not compared"});
    out_.rows.push_back(std::move(row));
  }

  void add_ours(const Place& place, const OurPlace& of, const MeterKey& meter, const OurSum& sum) {
    ComparedRow row;
    row.place = place;
    row.counted = our_name(meter);
    row.our_quantity = sum.quantity;
    take_our_costs(row, sum);
    explain(row, {place, meter.tier, meter.price_class, Prompts::all}, sum, &of);
  }

  BillSums sums_;
  TierGaps gaps_;
  const OurUsage& ours_;
  const ComparisonTerms& terms_;
  std::int64_t by_capacity_ = 0;
  Comparison out_;
};

}  // namespace

Comparison compare(const AzureBill& bill, const OurUsage& ours, const Resources& resources,
                   const ComparisonTerms& terms) {
  return BillComparison(bill, ours, resources, terms).finish();
}

Comparison compare(const std::vector<MetricRow>& metrics, const OurUsage& ours,
                   const Resources& resources, const ComparisonTerms& terms) {
  Comparison out;
  std::map<std::pair<Place, Metric>, std::int64_t> azure;
  LeftOut elsewhere;
  for (const MetricRow& row : metrics) {
    const auto resource = resources.of_resource_id(row.resource_id);
    if (resource) azure[{Place{row.day, *resource, row.deployment}, row.metric}] += row.total;
    out.used += resource ? 1 : 0;
    if (!resource) elsewhere.add(row.resource_id);
  }
  for (const auto& [place, of] : ours.places()) {
    for (std::size_t i = 0; i < kMetricNames.size(); ++i) {
      if (of.metrics[i].quantity > 0) azure.try_emplace({place, static_cast<Metric>(i)}, 0);
    }
  }
  for (const auto& [key, total] : azure) {
    const OurPlace* const place = find_place(ours, key.first);
    const OurSum sum =
        place == nullptr ? OurSum{} : place->metrics[static_cast<std::size_t>(key.second)];
    ComparedRow row;
    row.place = key.first;
    row.counted = to_string(key.second);
    row.azure_quantity = total;
    row.our_quantity = sum.quantity;
    explain_gap(row, {.ours = &sum,
                      .place = place,
                      .of_requests = key.second == Metric::requests,
                      .terms = &terms});
    out.rows.push_back(std::move(row));
  }
  if (elsewhere.rows > 0) out.notes.push_back(elsewhere.text({}));
  return out;
}

}  // namespace tollgate::reconciliation
