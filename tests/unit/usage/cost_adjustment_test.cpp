// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/usage/cost_adjustment.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <utility>

#include "tollgate/base/time.hpp"
#include "tollgate/usage/record_fields.hpp"

namespace tollgate::usage {
namespace {

TEST(CostAdjustment, KeepsWhoseItIsAndWhatItCostsAlone) {
  UsageRecord record;
  record.client_name = "retail";
  record.end_user = "somebody";
  record.attempts = {{}};
  record.cost_nano = 7;
  const UsageRecord part = adjusted_part(record);
  EXPECT_EQ(part.client_name, "retail");
  EXPECT_EQ(part.cost_nano, 7);
  EXPECT_EQ(part.end_user, "");
  EXPECT_TRUE(part.attempts.empty());
}

TEST(CostAdjustment, EveryColumnThatItKeepsIsOneOfARecord) {
  std::size_t known = 0;
  const UsageRecord record;
  visit_fields([&](const RecordField& field,
                   const auto&) { known += is_adjusted_column(field.column) ? 1 : 0; },
               record);
  EXPECT_EQ(known, kAdjustedColumns.size());
}

TEST(CostAdjustment, ARowSaysWhatCountedBefore) {
  CostAdjustment one{.kind = AdjustmentKind::rerate, .run = "a run"};
  one.record.cost_nano = 5;
  one.record.end_user = "somebody";
  const auto row = nlohmann::json::parse(to_json(one));
  EXPECT_EQ(row["Kind"], "rerate");
  EXPECT_EQ(row["Run"], "a run");
  EXPECT_EQ(row["CostNano"], 5);
  EXPECT_TRUE(row["PreviousCostNano"].is_null());
  EXPECT_EQ(row["PreviousCostBasis"], "unpriced");
  EXPECT_FALSE(row.contains("EndUser"));
}

TEST(CostAdjustment, ARowSaysWhenItWasMadeInAColumnThatAzureLeavesAsItIs) {
  const CostAdjustment one{.made_at = from_unix_micros(1'790'000'000'000'001)};
  EXPECT_EQ(nlohmann::json::parse(to_json(one))["MadeAt"], to_rfc3339(one.made_at));
}

/// Something in every field that says what it costs.
UsageRecord with_every_cost() {
  UsageRecord out;
  out.cost_nano = 5;
  out.cost_currency = "USD";
  out.cost_components = {{"input", 1, "1", 1, "", 5}};
  out.price_id = "entry";
  out.cost_basis = CostBasis::partial;
  out.cost_reason = "why";
  out.provisional_cost_nano = 7;
  out.provisional_currency = "EUR";
  return out;
}

TEST(CostAdjustment, EveryFieldOfTheCostIsTakenOverAndNoOther) {
  UsageRecord costs = with_every_cost();
  costs.client_name = "another";
  std::size_t fields = 0;
  visit_fields(
      [&](const RecordField& field, const auto& with, const auto& without) {
        if (field.cost == CostPart::none) return;
        ++fields;
        EXPECT_FALSE(with == without) << field.name << " is missing in this test";
      },
      std::as_const(costs), UsageRecord());
  EXPECT_EQ(fields, 8U);
  EXPECT_EQ(with_cost(UsageRecord(), costs), with_every_cost());
  CostAdjustment one;
  set_previous(one, costs);
  EXPECT_EQ(with_previous(one), with_every_cost());
}

TEST(CostAdjustment, AnAmountIsTheSameWhicheverEntrySaysIt) {
  const UsageRecord a = with_every_cost();
  UsageRecord b = a;
  b.price_id = "other";
  EXPECT_TRUE(same_amount(a, b));
  b.cost_basis = CostBasis::priced;
  EXPECT_FALSE(same_amount(a, b));
}

TEST(CostAdjustment, CostsAreTheSameWhenAllThatIsSaidOfThemIs) {
  UsageRecord a;
  a.cost_nano = 5;
  UsageRecord b = a;
  b.client_name = "another";
  EXPECT_TRUE(same_cost(a, b));
  b.price_id = "other";
  EXPECT_FALSE(same_cost(a, b));
}

}  // namespace
}  // namespace tollgate::usage
