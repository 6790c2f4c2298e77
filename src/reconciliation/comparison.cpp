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

std::string joined(const std::set<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out.append(out.empty() ? "" : " + ").append(name);
  return out;
}

Prompts prompts_of(const Meter& meter) {
  if (meter.short_prompts_only) return Prompts::short_ones;
  return meter.above_prompt_tokens > 0 ? Prompts::long_ones : Prompts::all;
}

std::string rows_text(std::size_t number, const std::string& what) {
  return std::to_string(number) + (number == 1 ? " row " : " rows ") + what;
}

/// Sorts the bill's rows by what they can be compared with.
class BillSums {
 public:
  BillSums(const AzureBill& bill, const Resources& resources) {
    for (const BillRow& row : bill.rows) add(row, bill.in_tokens, resources);
  }

  std::map<BillKey, BillSum> sums;
  std::map<std::pair<Place, std::string>, BillSum> unknown;  ///< by the meter's name
  std::size_t elsewhere = 0;                                 ///< rows of no resource of ours

 private:
  void add(const BillRow& row, bool in_tokens, const Resources& resources) {
    const auto resource = resources.of_resource_id(row.resource_id);
    if (!resource) {
      ++elsewhere;
      return;
    }
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

/// Compares the rows of a bill one after the other.
class BillComparison {
 public:
  BillComparison(const AzureBill& bill, const OurUsage& ours, const Resources& resources,
                 const ComparisonTerms& terms)
      : sums_(bill, resources), ours_(ours), terms_(terms) {
    const bool same = bill.currency.empty() || bill.currency == terms.currency;
    costs_ = same && !terms.currency.empty();
    out_.currency = bill.currency;
    if (!same)
      note("the bill is in " + bill.currency + ", the price list here in " +
           (terms.currency.empty() ? "no currency" : terms.currency) +
           ": costs are shown and not compared");
    if (!bill.in_tokens && !bill.rows.empty())
      note("quantities have fractions: they are taken for blocks of their unit of measure");
    if (sums_.elsewhere > 0)
      note(rows_text(sums_.elsewhere,
                     "of resources that no backend stands for (backends.*.resource_id"
                     " names a backend's): left out"));
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
    if (by_capacity_ > 0)
      note("operations at " + std::to_string(by_capacity_) +
           (by_capacity_ == 1 ? " place were" : " places were") +
           " served by capacity that is paid by the hour: they are on no meter of tokens");
    std::ranges::stable_sort(out_.rows, {}, &ComparedRow::place);
    return std::move(out_);
  }

 private:
  void note(std::string text) { out_.notes.push_back(std::move(text)); }

  void add_metered(const BillKey& key, const BillSum& sum) {
    const OurPlace* const place = find_place(ours_, key.place);
    const OurSum ours = place == nullptr ? OurSum{} : our_sum(*place, key);
    ComparedRow row;
    row.place = key.place;
    row.counted = joined(sum.meters);
    row.azure_quantity =
        pricing::to_int64(pricing::divide_half_even(sum.quantity, kWholeOne)).value_or(0);
    row.our_quantity = ours.quantity;
    row.azure_cost = sum.cost;
    if (costs_) row.our_nano = ours.nano;
    explain_gap(row, {&ours, place, false, &terms_});
    out_.rows.push_back(std::move(row));
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
    if (costs_) row.our_nano = sum.nano;
    explain_gap(row, {&sum, &of, false, &terms_});
    out_.rows.push_back(std::move(row));
  }

  BillSums sums_;
  const OurUsage& ours_;
  const ComparisonTerms& terms_;
  bool costs_ = false;
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
  std::size_t elsewhere = 0;
  for (const MetricRow& row : metrics) {
    const auto resource = resources.of_resource_id(row.resource_id);
    if (resource) azure[{Place{row.day, *resource, row.deployment}, row.metric}] += row.total;
    elsewhere += resource ? 0 : 1;
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
    explain_gap(row, {&sum, place, key.second == Metric::requests, &terms});
    out.rows.push_back(std::move(row));
  }
  if (elsewhere > 0)
    out.notes.push_back(rows_text(elsewhere, "of resources that no backend stands for: left out"));
  return out;
}

}  // namespace tollgate::reconciliation
