// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/audit/sampling.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace tollgate::audit {
namespace {

const Secret kKey("key of the test");

TEST(Sampling, NoneAndAllAreExact) {
  for (int i = 0; i < 1000; ++i) {
    EXPECT_FALSE(is_sampled(kKey, "retail", "", std::to_string(i), 0));
    EXPECT_TRUE(is_sampled(kKey, "retail", "", std::to_string(i), 1));
  }
  EXPECT_FALSE(is_sampled(kKey, "retail", "c", "r", std::numeric_limits<double>::quiet_NaN()));
}

TEST(Sampling, AConversationIsKeptWholeOrNotAtAll) {
  for (int c = 0; c < 100; ++c) {
    const std::string conversation = "conv_" + std::to_string(c);
    const bool first = is_sampled(kKey, "retail", conversation, "0", 0.5);
    for (int r = 1; r < 20; ++r) {
      EXPECT_EQ(is_sampled(kKey, "retail", conversation, std::to_string(r), 0.5), first);
    }
  }
}

TEST(Sampling, TheShareIsKeptAndGrowsBySupersets) {
  int kept = 0;
  for (int i = 0; i < 10'000; ++i) {
    const std::string id = "conv_" + std::to_string(i);
    kept += is_sampled(kKey, "retail", id, "", 0.3) ? 1 : 0;
    EXPECT_LE(is_sampled(kKey, "retail", id, "", 0.3), is_sampled(kKey, "retail", id, "", 0.31));
  }
  EXPECT_NEAR(kept, 3000, 200);
}

TEST(Sampling, WithoutTheKeyNobodyTellsWhoIsIn) {
  const Secret other("another key");
  int differ = 0;
  int differ_by_client = 0;
  for (int i = 0; i < 1'000; ++i) {
    const std::string id = "conv_" + std::to_string(i);
    const bool in = is_sampled(kKey, "retail", id, "", 0.5);
    EXPECT_EQ(is_sampled(kKey, "retail", id, "", 0.5), in) << "as after a restart";
    differ += in != is_sampled(other, "retail", id, "", 0.5) ? 1 : 0;
    differ_by_client += in != is_sampled(kKey, "finance", id, "", 0.5) ? 1 : 0;
  }
  EXPECT_NEAR(differ, 500, 100);
  EXPECT_NEAR(differ_by_client, 500, 100);
}

}  // namespace
}  // namespace tollgate::audit
