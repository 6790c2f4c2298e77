// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "bill_sums.hpp"

#include <algorithm>

#include "day_after.hpp"
#include "tollgate/pricing/meter_name.hpp"

namespace tollgate::reconciliation {
namespace {

using pricing::Int128;
using pricing::Meter;

constexpr Int128 kWholeOne = 1'000'000'000'000;  // 10^12

Prompts prompts_of(const Meter& meter) {
  if (meter.short_prompts_only) return Prompts::short_ones;
  return meter.above_prompt_tokens > 0 ? Prompts::long_ones : Prompts::all;
}

}  // namespace

bool BillKey::counts(const MeterKey& meter) const {
  const Prompts others = meter.long_prompt ? Prompts::short_ones : Prompts::long_ones;
  return meter.tier == tier && meter.price_class == price_class && prompts != others;
}

Int128 BillSum::tokens() const { return pricing::divide_half_even(quantity, kWholeOne); }

BillSums::BillSums(const AzureBill& bill) {
  for (const BillRow& row : bill.rows) add(row, bill);
}

void BillSums::add(const BillRow& row, const AzureBill& bill) {
  days.insert(row.day);
  const Place place{row.day, row.resource, row.deployment};
  const auto unit =
      bill.in_tokens ? std::optional(std::int64_t{1}) : pricing::tokens_in_unit(row.unit);
  const auto tokens = unit ? pricing::times(row.quantity, *unit) : std::nullopt;
  const Result<Meter> meter = pricing::read_meter_name(row.meter);
  if (!meter || !tokens || row.deployment.empty()) {
    add_to(unknown[place][row.meter], row, 0, bill.currency);
    return;
  }
  add_to(sums[{place, meter->tier, meter->price_class, prompts_of(*meter)}], row, *tokens,
         bill.currency);
}

void BillSums::add_to(BillSum& sum, const BillRow& row, Int128 tokens,
                      const std::string& currency) {
  sum.quantity += tokens;
  sum.meters.insert(row.meter);
  if (row.currency == currency) {
    sum.cost += row.cost;
  } else {
    sum.other_costs[row.currency] += row.cost;
    ++other_currencies[row.currency];
  }
}

OurSum our_sum(const OurPlace& place, const BillKey& key) {
  OurSum out;
  for (const auto& [meter, sum] : place.meters) {
    if (key.counts(meter)) out += sum;
  }
  return out;
}

const OurPlace* find_place(const OurUsage& ours, const Place& place) {
  const auto found = ours.places().find(place);
  return found == ours.places().end() ? nullptr : &found->second;
}

BillGaps::BillGaps(const BillSums& bill, const OurUsage& ours) : bill_(bill), ours_(ours) {
  for (const auto& [key, sum] : bill.sums)
    tiers_[{key.place, key.price_class}][key.tier] += sum.tokens();
  for (const auto& [place, of] : ours.places()) {
    for (const auto& [meter, sum] : of.meters)
      tiers_[{place, meter.price_class}][meter.tier] -= sum.quantity;
  }
}

std::optional<Int128> BillGaps::gap(const BillKey& key) const {
  if (!bill_.days.contains(key.place.day)) return std::nullopt;
  BillKey of = key;
  Int128 azure = 0;
  if (const auto found = bill_.sums.find(of); found != bill_.sums.end()) {
    azure = found->second.tokens();
  } else {
    // On that day other meters may stand for the same prompts: all of them are looked at.
    for (const Prompts prompts : {Prompts::short_ones, Prompts::long_ones, Prompts::all}) {
      of.prompts = prompts;
      const auto one = bill_.sums.find(of);
      if (one != bill_.sums.end()) azure += one->second.tokens();
    }
  }
  const OurPlace* const place = find_place(ours_, of.place);
  return azure - (place == nullptr ? Int128{0} : our_sum(*place, of).quantity);
}

std::vector<OtherTier> BillGaps::other_tiers(const BillKey& of, bool more_at_azure) const {
  std::vector<OtherTier> out;
  const auto found = tiers_.find({of.place, of.price_class});
  if (found == tiers_.end()) return out;
  for (const auto& [tier, gap] : found->second) {
    const Int128 other_way = more_at_azure ? -gap : gap;
    if (tier != of.tier && other_way > 0) out.push_back({tier, other_way});
  }
  return out;
}

OurSum BillGaps::carried(const BillKey& key) const {
  OurSum out;
  const OurPlace* const place = find_place(ours_, key.place);
  if (place == nullptr) return out;
  std::map<std::string, OurSum> by_day;
  for (const auto& [from, sum] : place->carried) {
    if (key.counts(from.second)) by_day[from.first] += sum;
  }
  for (auto& [day, sum] : by_day) {
    BillKey there = key;
    there.place.day = day;
    const auto gap_there = gap(there);
    if (gap_there) sum.quantity = std::clamp(-*gap_there, Int128{0}, sum.quantity);
    out += sum;
  }
  return out;
}

Int128 BillGaps::across_midnight(const BillKey& key, const OurSum& ours) const {
  BillKey next = key;
  next.place.day = day_after(key.place.day);
  const auto gap_there = gap(next);
  return gap_there ? std::clamp(*gap_there, Int128{0}, ours.across_midnight) : ours.across_midnight;
}

}  // namespace tollgate::reconciliation
