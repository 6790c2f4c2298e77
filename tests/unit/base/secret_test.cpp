// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/base/secret.hpp"

#include <gtest/gtest.h>

#include <sstream>
#include <utility>

namespace tollgate {
namespace {

TEST(Secret, NeverPrints) {
  std::ostringstream out;
  out << Secret("hunter2");
  EXPECT_EQ(out.str(), "***");
}

TEST(Secret, ComparesWholeValues) {
  const Secret secret("key");
  EXPECT_TRUE(secret.equals("key"));
  EXPECT_FALSE(secret.equals("kex"));
  EXPECT_FALSE(secret.equals("ke"));
  EXPECT_TRUE(Secret().equals(""));
}

TEST(Secret, LeavesNothingBehindWhenMoved) {
  Secret first("short");
  const Secret second(std::move(first));
  EXPECT_EQ(second.reveal(), "short");
  EXPECT_TRUE(first.empty());  // NOLINT(bugprone-use-after-move): the point of the test
}

}  // namespace
}  // namespace tollgate
