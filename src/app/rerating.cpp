// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "rerating.hpp"

#include <algorithm>
#include <utility>

#include "tollgate/pricing/allocation.hpp"

namespace tollgate::app {
namespace {

using usage::CostAdjustment;
using usage::CostBasis;
using usage::UsageRecord;

/// How much a cost is known: nothing, a part, all.
int knowledge_of(const UsageRecord& record) {
  if (!record.cost_nano) return 0;
  return record.cost_basis == CostBasis::partial ? 1 : 2;
}

bool changes_currency(const UsageRecord& a, const UsageRecord& b) {
  return a.cost_nano && b.cost_nano && a.cost_currency != b.cost_currency;
}

/// What reports name an amount that is no record's: "(unused capacity)".
std::string label_of_rest(const UsageRecord& rest) {
  std::string out = "(" + rest.cost_reason + ")";
  std::ranges::replace(out, '_', ' ');
  return out;
}

}  // namespace

ReratedSum& ReratedSum::operator+=(const ReratedSum& other) {
  records += other.records;
  old_nano += other.old_nano;
  new_nano += other.new_nano;
  old_without += other.old_without;
  new_without += other.new_without;
  changed += other.changed;
  return *this;
}

std::optional<CostAdjustment> Rerating::rerate(const UsageRecord& counting) {
  note(counting);
  if (pricing::is_of_capacity(counting, pricer_.list().capacities())) return std::nullopt;
  CostAdjustment out{.kind = usage::AdjustmentKind::rerate, .run = run_, .made_at = now_};
  out.record = counting;
  pricing::set_cost(out.record, pricer_.cost_as_recorded(counting), pricer_.list().currency());
  return take(counting, std::move(out));
}

std::optional<CostAdjustment> Rerating::take(const UsageRecord& counting,
                                             CostAdjustment adjustment) {
  const bool rest = adjustment.kind == usage::AdjustmentKind::unused_capacity;
  auto out = decide(counting, std::move(adjustment));
  const UsageRecord& then = out ? out->record : counting;
  unpriced_ += rest || then.cost_nano ? 0 : 1;
  return out;
}

std::optional<CostAdjustment> Rerating::decide(const UsageRecord& counting,
                                               CostAdjustment adjustment) {
  const UsageRecord& next = adjustment.record;
  ReratedSum& sum = sum_for(counting, adjustment);
  add_amounts(sum, counting, adjustment);
  // Another entry with the same amount changes nothing.
  if (same_amount(counting, next)) return std::nullopt;
  if (knowledge_of(next) < knowledge_of(counting)) {
    ++kept_;
    return std::nullopt;
  }
  if (changes_ == CurrencyChanges::keep && changes_currency(counting, next)) {
    ++kept_in_currency_;
    return std::nullopt;
  }
  ++sum.changed;
  usage::set_previous(adjustment, counting);
  return adjustment;
}

ReratedSum& Rerating::sum_for(const UsageRecord& counting, const CostAdjustment& adjustment) {
  const bool rest = adjustment.kind == usage::AdjustmentKind::unused_capacity;
  Key key{rest ? label_of_rest(adjustment.record) : counting.client_name, counting.model,
          counting.cost_currency, adjustment.record.cost_currency};
  reports::DeploymentModels::Deployment unnamed;
  if (!rest) unnamed = reports::DeploymentModels::unnamed(counting);
  return sums_[std::pair(std::move(key), std::move(unnamed))];
}

void Rerating::add_amounts(ReratedSum& sum, const UsageRecord& counting,
                           const CostAdjustment& adjustment) {
  const UsageRecord& next = adjustment.record;
  sum.old_nano += counting.cost_nano.value_or(0);
  sum.new_nano += next.cost_nano.value_or(0);
  // What nobody used is no record: its reason says what it is, and not what a price lacks.
  if (adjustment.kind == usage::AdjustmentKind::unused_capacity) return;
  ++sum.records;
  sum.old_without += counting.cost_nano ? 0 : 1;
  sum.new_without += next.cost_nano ? 0 : 1;
  if (!next.cost_reason.empty()) ++lacks_[next.cost_reason];
}

std::map<Rerating::Key, ReratedSum> Rerating::sums() const {
  std::map<Key, ReratedSum> out;
  for (const auto& [known, sum] : sums_) {
    Key key = known.first;
    if (const std::string* model = models_.model_of(known.second)) std::get<1>(key) = *model;
    out[std::move(key)] += sum;
  }
  return out;
}

std::map<std::pair<std::string, std::string>, ReratedSum> Rerating::totals() const {
  std::map<std::pair<std::string, std::string>, ReratedSum> out;
  for (const auto& [known, sum] : sums_)
    out[{std::get<2>(known.first), std::get<3>(known.first)}] += sum;
  return out;
}

}  // namespace tollgate::app
