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
