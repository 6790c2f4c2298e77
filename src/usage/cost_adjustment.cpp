// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/usage/cost_adjustment.hpp"

#include <tuple>
#include <type_traits>
#include <utility>

#include "tollgate/usage/record_fields.hpp"

namespace tollgate::usage {
namespace {

constexpr std::array<std::pair<AdjustmentKind, std::string_view>, 3> kKindWords{
    {{AdjustmentKind::allocation, "allocation"},
     {AdjustmentKind::rerate, "rerate"},
     {AdjustmentKind::unused_capacity, "unused_capacity"}}};

/// Where an adjustment has which cost of its record from before. A test holds it to the fields that
/// have a CostPart.
constexpr std::tuple kPrevious{
    std::pair{&UsageRecord::cost_nano, &CostAdjustment::previous_nano},
    std::pair{&UsageRecord::cost_currency, &CostAdjustment::previous_currency},
    std::pair{&UsageRecord::cost_basis, &CostAdjustment::previous_basis},
    std::pair{&UsageRecord::cost_components, &CostAdjustment::previous_components},
    std::pair{&UsageRecord::price_id, &CostAdjustment::previous_price_id},
    std::pair{&UsageRecord::cost_reason, &CostAdjustment::previous_reason},
    std::pair{&UsageRecord::provisional_cost_nano, &CostAdjustment::previous_provisional_nano},
    std::pair{&UsageRecord::provisional_currency, &CostAdjustment::previous_provisional_currency}};

/// Whether two records have the same in the fields of these parts.
template <class Wanted>
bool same(const UsageRecord& a, const UsageRecord& b, const Wanted& wanted) {
  bool out = true;
  visit_fields(
      [&](const RecordField& field, const auto& one, const auto& other) {
        if (wanted(field.cost)) out = out && one == other;
      },
      a, b);
  return out;
}

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
  std::apply([&](const auto&... of) { ((adjustment.*of.second = record.*of.first), ...); },
             kPrevious);
}

UsageRecord with_cost(UsageRecord record, const UsageRecord& cost) {
  visit_fields(
      [](const RecordField& field, auto& value, const auto& other) {
        if (field.cost != CostPart::none) value = other;
      },
      record, cost);
  return record;
}

UsageRecord with_previous(const CostAdjustment& adjustment) {
  UsageRecord out = adjustment.record;
  std::apply([&](const auto&... of) { ((out.*of.first = adjustment.*of.second), ...); }, kPrevious);
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
  return same(a, b,
              [](CostPart part) { return part == CostPart::amount || part == CostPart::origin; });
}

bool same_amount(const UsageRecord& a, const UsageRecord& b) {
  return same(a, b, [](CostPart part) { return part == CostPart::amount; });
}

}  // namespace tollgate::usage
