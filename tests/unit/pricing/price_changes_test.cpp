// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/pricing/price_changes.hpp"

#include <gtest/gtest.h>

#include "prices.hpp"

namespace tollgate::pricing {
namespace {

TEST(PriceChanges, CountEntriesByModelScopeTierAndDay) {
  const PriceEntry a = entry("a", {{PriceClass::input, "1"}});
  const PriceEntry b = entry("b", {{PriceClass::input, "1"}});
  PriceEntry dearer = a;
  dearer.rates = rates({{PriceClass::input, "2"}});
  PriceEntry later = a;
  later.from = day("2026-06-01");
  EXPECT_EQ(price_changes(list_of({a, b}), list_of({b, a})), "");
  EXPECT_EQ(price_changes(list_of({a}), list_of({a, b, later})), "2 entries added");
  EXPECT_EQ(price_changes(list_of({a, b}), list_of({a})), "1 entry removed");
  EXPECT_EQ(price_changes(list_of({a, b}), list_of({dearer, later})),
            "1 entry added, 1 removed, 1 changed");
  PriceEntry closed = a;
  closed.until = day("2026-12-01");
  EXPECT_EQ(price_changes(list_of({a}), list_of({closed})), "1 entry changed");
}

TEST(PriceChanges, NameAdjustments) {
  const PriceEntry a = entry("a", {{PriceClass::input, "1"}});
  const Adjustment all{"", -120'000, day("2026-01-01"), {}, 3};
  Adjustment moved = all;
  moved.line = 9;
  EXPECT_EQ(price_changes(list_of({a}, {all}), list_of({a}, {moved})), "");
  EXPECT_EQ(price_changes(list_of({a}), list_of({a}, {all})), "adjustments changed");
}

// A resize was reloaded, and the log said that no price had changed.
TEST(PriceChanges, NameCapacity) {
  Capacity capacity;
  capacity.deployment = "ptu";
  capacity.from = day("2026-01-01");
  capacity.ptu = 50;
  const auto with = [](std::vector<Capacity> capacities) {
    return PriceList("USD", {}, {}, CapacityList(std::move(capacities)));
  };
  Capacity moved = capacity;
  moved.line = 9;
  EXPECT_EQ(price_changes(with({capacity}), with({moved})), "");
  Capacity larger = capacity;
  larger.ptu = 100;
  EXPECT_EQ(price_changes(with({capacity}), with({larger})), "capacity: 1 entry changed");
  Capacity later = capacity;
  later.from = day("2026-06-01");
  EXPECT_EQ(price_changes(with({capacity}), with({capacity, later})), "capacity: 1 entry added");
  EXPECT_EQ(price_changes(with({capacity}), with({})), "capacity: 1 entry removed");
}

}  // namespace
}  // namespace tollgate::pricing
