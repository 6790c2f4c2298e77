// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/reports/fitted_table.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace tollgate::reports {
namespace {

const std::vector<Cells> kLines{{"client", "model", "old price", "new price", "changed"},
                                {"retail", "gpt-5", "0.004", "0.003", "1"},
                                {"Zürich", "o3", "17", "", "0"}};

TEST(FittedTable, IsALineEachWhereThatFits) {
  EXPECT_EQ(fitted_table(kLines, 2, 80),
            "client  model  old price  new price  changed\n"
            "retail  gpt-5      0.004      0.003        1\n"
            "Zürich  o3            17                   0\n");
}

TEST(FittedTable, BreaksTheNamesOfItsColumns) {
  EXPECT_EQ(fitted_table(kLines, 2, 40),
            "                 old    new\n"
            "client  model  price  price  changed\n"
            "retail  gpt-5  0.004  0.003        1\n"
            "Zürich  o3        17               0\n");
}

// Tables of a re-rating were 115 columns wide.
TEST(FittedTable, PutsNumbersBelowTheirNamesWhereThatIsStillTooWide) {
  EXPECT_EQ(fitted_table(kLines, 2, 16),
            "client  model\n"
            "    old    new\n"
            "  price  price\n"
            "  changed\n"
            "retail  gpt-5\n"
            "  0.004  0.003\n"
            "        1\n"
            "Zürich  o3\n"
            "     17\n"
            "        0\n");
}

}  // namespace
}  // namespace tollgate::reports
