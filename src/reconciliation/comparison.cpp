// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/reconciliation/comparison.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "bill_sums.hpp"
#include "causes.hpp"

namespace tollgate::reconciliation {
namespace {

using pricing::Int128;

template <class Names>
std::string joined(const Names& names, const char* between) {
  std::string out;
  for (const std::string& name : names) out.append(out.empty() ? "" : between).append(name);
  return out;
}

/// Days as they are, or where these are many how many they are, and between which.
std::string days_text(const std::set<std::string>& days) {
  constexpr std::size_t kMost = 3;
  if (days.size() <= kMost) return joined(days, ", ");
  return std::to_string(days.size()) + " days from " + *days.begin() + " to " + *days.rbegin();
}

/// Why rows of Azure's file are compared with nothing.
struct NotCompared {
  std::string_view word;
  std::string_view of;   ///< what the rows are
  std::string_view why;  ///< of one of them
};
constexpr NotCompared kUntagged{cause::kNoDeployment, "without the tag `deployment`",
                                "the row has no tag `deployment`"};
constexpr NotCompared kOtherMeter{cause::kUnknownMeter, "of meters that are not known here",
                                  "this meter, or its unit, is none that counts tokens here"};

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

/// What is left of the possible use of each place's doubts: what one row takes is there for no
/// other one.
class PossibleLeft {
 public:
  Int128 of(const Place& at, const OurPlace* place, pricing::PriceClass price_class) const {
    if (place == nullptr) return 0;
    const auto taken = taken_.find(at);
    const Int128 gone = taken == taken_.end() ? Int128{0} : taken->second.of(price_class);
    return place->possible.of(price_class) - gone;
  }

  void take(const Place& at, pricing::PriceClass price_class, Int128 quantity) {
    // Whichever side the class is of: 1 of that side, and 0 of the other.
    const PossibleUse in{.tokens_in = 1};
    const PossibleUse out{.tokens_out = 1};
    taken_[at].tokens_in += in.of(price_class) * quantity;
    taken_[at].tokens_out += out.of(price_class) * quantity;
  }

 private:
  std::map<Place, PossibleUse> taken_;
};

/// Compares the rows of a bill one after the other.
class BillComparison {
 public:
  BillComparison(const AzureBill& bill, const OurUsage& ours, const ComparisonTerms& terms)
      : sums_(bill), gaps_(sums_, ours), ours_(ours), terms_(terms) {
    out_.currency = bill.currency;
    out_.used = bill.rows.size();
    if (!bill.in_tokens && !bill.rows.empty())
      note("quantities have fractions: they are taken for blocks of their unit of measure");
    for (const std::string& text : notes_of(bill.left_out)) note(text);
    for (const auto& [currency, rows] : sums_.other_currencies)
      note(std::to_string(rows) + (rows == 1 ? " row is in " : " rows are in ") + currency +
           (bill.of_prices ? " and the price list is in " : " and most are in ") + bill.currency +
           ": their quantities are compared, and their costs are not");
  }

  Comparison finish() && {
    for (const auto& [key, sum] : sums_.sums) add_metered(key, sum);
    for (const auto& [place, meters] : sums_.unknown) {
      for (const auto& [meter, sum] : meters) add_unknown(place, meter, sum);
    }
    for (const auto& [place, ours] : ours_.places()) {
      for (const auto& [meter, sum] : ours.meters) {
        if (!is_on_bill(sums_, place, meter)) add_ours(place, ours, meter, sum);
      }
      if (ours.doubts.by_capacity > 0) ++by_capacity_;
    }
    note_missing_days();
    note_currencies();
    note_unpriced();
    for (const NotCompared& why : {kUntagged, kOtherMeter}) note_not_compared(why);
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
    note("Azure's file has no row of " + days_text(missing) + ", and the records have");
  }

  void note_currencies() {
    if (out_.currency.empty()) return;  // nothing of the bill is compared
    std::set<std::string> others;
    for (const ComparedRow& row : out_.rows) {
      for (const auto& [currency, nano] : row.other_nano) others.insert(currency);
    }
    if (others.empty()) return;
    note("the bill is in " + out_.currency + ", and records have costs in " + joined(others, ", ") +
         " too: these are told apart and not compared");
  }

  /// Quantities of different meters have no sum: the total of all costs says it in words.
  void note_unpriced() {
    NameSet meters;
    for (const ComparedRow& row : out_.rows) {
      if (row.unpriced > 0) meters.insert(row.counted);
    }
    if (meters.empty()) return;
    note("not all has a price here (" + few_of(meters) +
         "): the costs here, and their sum, lack it");
  }

  /// What such rows come to in all: it is in no gap, and in the total of all costs.
  void note_not_compared(const NotCompared& why) {
    Int128 cost = 0;
    std::int64_t rows = 0;
    for (const ComparedRow& row : out_.rows) {
      if (row.causes.empty() || row.causes.front().word != why.word) continue;
      ++rows;
      cost += row.azure_cost.value_or(0);
    }
    if (rows == 0) return;
    note(pricing::to_decimal(cost, kBillDecimals) + " " + out_.currency +
         " that Azure charged on " + std::to_string(rows) + (rows == 1 ? " line " : " lines ") +
         std::string(why.of) + ": nothing here can be put beside it, and nothing explains it");
  }

  void take_our_costs(ComparedRow& row, const OurSum& ours) const {
    row.unpriced = ours.unpriced;
    for (const auto& [currency, cost] : ours.costs) {
      if (currency == out_.currency) row.our_nano = cost.nano;
      if (currency != out_.currency) row.other_nano[currency] = cost.nano;
    }
    // Nothing was used: that costs nothing. What has no price, or was paid by the hour, is another
    // matter.
    if (ours.quantity == 0 && ours.costs.empty() && row.by_capacity == 0) row.our_nano = 0;
  }

  void explain(ComparedRow& row, const BillKey& key, const OurSum& ours, const OurPlace* place,
               bool one_currency) {
    const Int128 gap = row.azure_quantity.value_or(0) - ours.quantity;
    const Evidence evidence{.ours = &ours,
                            .place = place,
                            .terms = &terms_,
                            .currency = out_.currency,
                            .one_currency = one_currency,
                            .other_tiers = gaps_.other_tiers(key, gap > 0),
                            .served_by_capacity = row.by_capacity,
                            .possible = possible_.of(key.place, place, key.price_class),
                            .carried = gaps_.carried(key),
                            .across_midnight = gaps_.across_midnight(key, ours)};
    explain_gap(row, evidence);
    possible_.take(key.place, key.price_class, taken_of_possible(row, evidence));
    out_.rows.push_back(std::move(row));
  }

  void add_other_costs(ComparedRow& row, const BillSum& sum) const {
    row.other_azure_costs = sum.other_costs;
    for (const auto& [currency, cost] : sum.other_costs) {
      row.causes.push_back({cause::kCurrency, "Azure charged " +
                                                  pricing::to_decimal(cost, kBillDecimals) + " " +
                                                  currency + " besides: not compared"});
      row.explained = false;
    }
  }

  void add_metered(const BillKey& key, const BillSum& sum) {
    const OurPlace* const place = find_place(ours_, key.place);
    const OurSum ours = place == nullptr ? OurSum{} : our_sum(*place, key);
    ComparedRow row;
    row.place = key.place;
    row.counted = joined(sum.meters, " + ");
    row.azure_quantity = sum.tokens();
    row.our_quantity = ours.quantity;
    row.azure_cost = sum.cost;
    if (place != nullptr) row.by_capacity = place->by_capacity[pricing::index_of(key.price_class)];
    take_our_costs(row, ours);
    explain(row, key, ours, place, sum.other_costs.empty());
    add_other_costs(out_.rows.back(), sum);
  }

  void add_unknown(const Place& place, const std::string& meter, const BillSum& sum) {
    ComparedRow row;
    row.place = place;
    row.counted = meter.empty() ? "(no meter)" : meter;
    row.azure_cost = sum.cost;
    const NotCompared& why = place.deployment.empty() ? kUntagged : kOtherMeter;
    row.causes.push_back({why.word, std::string(why.why) + ": " +
                                        pricing::to_decimal(sum.cost, kBillDecimals) + " " +
                                        out_.currency + " that nothing here can be compared with"});
    row.explained = false;
    out_.rows.push_back(std::move(row));
    add_other_costs(out_.rows.back(), sum);
  }

  void add_ours(const Place& place, const OurPlace& of, const MeterKey& meter, const OurSum& sum) {
    ComparedRow row;
    row.place = place;
    row.counted = our_name(meter);
    row.our_quantity = sum.quantity;
    take_our_costs(row, sum);
    explain(row, {place, meter.tier, meter.price_class, Prompts::all}, sum, &of, true);
  }

  BillSums sums_;
  BillGaps gaps_;
  const OurUsage& ours_;
  const ComparisonTerms& terms_;
  PossibleLeft possible_;
  std::int64_t by_capacity_ = 0;
  Comparison out_;
};

}  // namespace

Comparison compare(const AzureBill& bill, const OurUsage& ours, const ComparisonTerms& terms) {
  return BillComparison(bill, ours, terms).finish();
}

}  // namespace tollgate::reconciliation
