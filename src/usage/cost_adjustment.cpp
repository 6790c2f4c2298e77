// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/usage/cost_adjustment.hpp"

#include <type_traits>
#include <utility>

#include "tollgate/usage/record_fields.hpp"

namespace tollgate::usage {
namespace {

constexpr std::array<std::pair<AdjustmentKind, std::string_view>, 3> kKindWords{
    {{AdjustmentKind::allocation, "allocation"},
     {AdjustmentKind::rerate, "rerate"},
     {AdjustmentKind::unused_capacity, "unused_capacity"}}};

}  // namespace

std::string_view to_string(AdjustmentKind kind) {
  for (const auto& [known, word] : kKindWords) {
    if (known == kind) return word;
  }
  return {};
}

std::optional<AdjustmentKind> adjustment_kind_from_number(std::int64_t number) {
  for (const auto& [known, word] : kKindWords) {
    if (static_cast<std::int64_t>(known) == number) return known;
  }
  return std::nullopt;
}

void set_previous(CostAdjustment& adjustment, const UsageRecord& record) {
  adjustment.previous_nano = record.cost_nano;
  adjustment.previous_currency = record.cost_currency;
  adjustment.previous_basis = record.cost_basis;
  adjustment.previous_components = record.cost_components;
  adjustment.previous_price_id = record.price_id;
  adjustment.previous_reason = record.cost_reason;
  adjustment.previous_provisional_nano = record.provisional_cost_nano;
  adjustment.previous_provisional_currency = record.provisional_currency;
}

UsageRecord with_cost(UsageRecord record, const UsageRecord& cost) {
  record.cost_nano = cost.cost_nano;
  record.cost_currency = cost.cost_currency;
  record.cost_basis = cost.cost_basis;
  record.cost_components = cost.cost_components;
  record.price_id = cost.price_id;
  record.cost_reason = cost.cost_reason;
  record.provisional_cost_nano = cost.provisional_cost_nano;
  record.provisional_currency = cost.provisional_currency;
  return record;
}

UsageRecord with_previous(const CostAdjustment& adjustment) {
  UsageRecord out = adjustment.record;
  out.cost_nano = adjustment.previous_nano;
  out.cost_currency = adjustment.previous_currency;
  out.cost_basis = adjustment.previous_basis;
  out.cost_components = adjustment.previous_components;
  out.price_id = adjustment.previous_price_id;
  out.cost_reason = adjustment.previous_reason;
  out.provisional_cost_nano = adjustment.previous_provisional_nano;
  out.provisional_currency = adjustment.previous_provisional_currency;
  return out;
}

UsageRecord adjusted_part(UsageRecord record) {
  visit_fields(
      [](const RecordField& field, auto& value) {
        if (!is_adjusted_column(field.column)) value = std::remove_reference_t<decltype(value)>{};
      },
      record);
  return record;
}

bool same_cost(const UsageRecord& a, const UsageRecord& b) {
  return a.cost_basis == b.cost_basis && a.cost_nano == b.cost_nano &&
         a.cost_currency == b.cost_currency && a.cost_components == b.cost_components &&
         a.price_id == b.price_id && a.cost_reason == b.cost_reason;
}

}  // namespace tollgate::usage
