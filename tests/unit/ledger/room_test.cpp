// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "room.hpp"

#include <gtest/gtest.h>

namespace tollgate::ledger {
namespace {

TEST(Room, IsMissedBeforeThereIsNone) {
  EXPECT_EQ(room_problem(0, 1000, false, true), "");
  EXPECT_EQ(room_problem(949, 1000, false, true), "");
  EXPECT_EQ(room_problem(950, 1000, false, true),
            "95 % of ledger.max_size is used, and no record may be deleted yet");
  EXPECT_EQ(room_problem(1000, 1000, true, true),
            "ledger.max_size is reached, and no record may be deleted yet");
  EXPECT_EQ(room_problem(1000, 1000, true, false), "ledger.max_size is reached");
}

}  // namespace
}  // namespace tollgate::ledger
