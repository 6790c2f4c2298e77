// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/audit/sampling.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace tollgate::audit {
namespace {

TEST(Sampling, NoneAndAllAreExact) {
  for (int i = 0; i < 1000; ++i) {
    EXPECT_FALSE(is_sampled("", std::to_string(i), 0));
    EXPECT_TRUE(is_sampled("", std::to_string(i), 1));
  }
  EXPECT_FALSE(is_sampled("c", "r", std::numeric_limits<double>::quiet_NaN()));
}

TEST(Sampling, AConversationIsKeptWholeOrNotAtAll) {
  for (int c = 0; c < 100; ++c) {
    const std::string conversation = "conv_" + std::to_string(c);
    const bool first = is_sampled(conversation, "0", 0.5);
    for (int r = 1; r < 20; ++r) {
      EXPECT_EQ(is_sampled(conversation, std::to_string(r), 0.5), first);
    }
  }
}

TEST(Sampling, TheShareIsKeptAndGrowsBySupersets) {
  int kept = 0;
  for (int i = 0; i < 10'000; ++i) {
    const std::string id = "conv_" + std::to_string(i);
    kept += is_sampled(id, "", 0.3) ? 1 : 0;
    EXPECT_LE(is_sampled(id, "", 0.3), is_sampled(id, "", 0.31));
  }
  EXPECT_NEAR(kept, 3000, 200);
}

}  // namespace
}  // namespace tollgate::audit
