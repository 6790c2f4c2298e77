// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/reports/missing_amounts.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tollgate::reports {
namespace {

// Sums of amounts alone looked whole.
TEST(MissingAmounts, AreToldOfAllRowsTogether) {
  std::vector<UsageRow> rows(2);
  rows[0].operations = 9;
  EXPECT_EQ(missing_amounts(rows), "");
  rows[0].unpriced = 2;
  rows[1].unpriced = 1;
  rows[1].allocated_later = 4;
  rows[1].partial = 5;
  EXPECT_EQ(missing_amounts(rows),
            "operations that have no amount here, or not all of it: 3 unpriced, 4 of hours of "
            "capacity that are not shared out yet, 5 priced in part; see tollgate usage --by "
            "client,cost_reason");
}

// "not shared out yet" was said of what will never be.
TEST(MissingAmounts, TellWhatIsSharedOutAmongNobody) {
  std::vector<UsageRow> rows(2);
  rows[0].allocated_later = 4;
  rows[0].never_shared = 4;
  const std::string never = "4 of capacity that the configuration shares out among nobody; see";
  EXPECT_NE(missing_amounts(rows).find("of it: " + never), std::string::npos)
      << missing_amounts(rows);
  rows[1].allocated_later = 1;
  EXPECT_NE(
      missing_amounts(rows).find("1 of hours of capacity that are not shared out yet, " + never),
      std::string::npos)
      << missing_amounts(rows);
}

}  // namespace
}  // namespace tollgate::reports
