// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "rerating.hpp"

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

/// Another entry with the same amount changes nothing.
bool same_amount(const UsageRecord& a, const UsageRecord& b) {
  return a.cost_nano == b.cost_nano && a.cost_currency == b.cost_currency &&
         a.cost_basis == b.cost_basis;
}

}  // namespace

std::optional<CostAdjustment> Rerating::rerate(const UsageRecord& counting) {
  if (pricing::is_of_capacity(counting, pricer_.list().capacities())) return std::nullopt;
  CostAdjustment out{.kind = usage::AdjustmentKind::rerate, .run = run_, .made_at = now_};
  out.record = counting;
  pricing::set_cost(out.record, pricer_.cost_as_recorded(counting), pricer_.list().currency());
  return take(counting, std::move(out));
}

std::optional<CostAdjustment> Rerating::take(const UsageRecord& counting,
                                             CostAdjustment adjustment) {
  const UsageRecord& next = adjustment.record;
  ReratedSum& sum =
      sums_[{counting.client_name, counting.model, counting.cost_currency, next.cost_currency}];
  ++sum.records;
  sum.old_nano += counting.cost_nano.value_or(0);
  sum.new_nano += next.cost_nano.value_or(0);
  sum.old_without += counting.cost_nano ? 0 : 1;
  sum.new_without += next.cost_nano ? 0 : 1;
  if (!next.cost_reason.empty()) ++lacks_[next.cost_reason];
  if (same_amount(counting, next)) return std::nullopt;
  if (knowledge_of(next) < knowledge_of(counting)) {
    ++kept_;
    return std::nullopt;
  }
  ++sum.changed;
  usage::set_previous(adjustment, counting);
  return adjustment;
}

}  // namespace tollgate::app
