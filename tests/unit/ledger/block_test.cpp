// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "block.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tollgate::ledger {
namespace {

TEST(Block, GivesBackWhatWasPutIntoIt) {
  BlockBuilder builder;
  builder.add("one", 30);
  builder.add("", 10);
  builder.add(std::string(1000, 'x'), 20);
  EXPECT_EQ(builder.count(), 3U);
  EXPECT_EQ(builder.first_time(), 10);
  EXPECT_EQ(builder.last_time(), 30);
  const BlockView view(builder.entries(), builder.ends());
  ASSERT_EQ(view.count(), 3U);
  EXPECT_EQ(view.payload(0), "one");
  EXPECT_EQ(view.payload(1), "");
  EXPECT_EQ(view.payload(2), std::string(1000, 'x'));
  builder.clear();
  EXPECT_TRUE(builder.empty());
  builder.add("again", 5);
  EXPECT_EQ(builder.last_time(), 5);
}

// Whatever bit flips: at most the record it lies in is lost, and none is taken for another.
TEST(Block, AFlippedBitCostsOneRecord) {
  BlockBuilder builder;
  for (const char* const text : {"one", "two", "three"}) builder.add(text, 1);
  for (std::size_t at = 0; at < builder.entries().size(); ++at) {
    std::string entries = builder.entries();
    entries[at] ^= 16;
    const BlockView view(entries, builder.ends());
    const std::string expected[] = {"one", "two", "three"};
    int lost = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      const auto payload = view.payload(i);
      lost += payload ? 0 : 1;
      EXPECT_EQ(payload.value_or(expected[i]), expected[i]) << at;
    }
    EXPECT_LE(lost, 1) << at;
  }
}

TEST(Block, DamagedEndsCostTheirNeighboursAtMost) {
  BlockBuilder builder;
  for (int i = 0; i < 5; ++i) builder.add(std::to_string(i), 1);
  for (std::size_t at = 0; at < builder.ends().size(); ++at) {
    for (const char flip : {1, 8, 64}) {
      std::string ends = builder.ends();
      ends[at] = static_cast<char>(ends[at] ^ flip);
      const BlockView view(builder.entries(), ends);
      int lost = 0;
      for (std::size_t i = 0; i < view.count(); ++i) lost += view.payload(i) ? 0 : 1;
      EXPECT_LE(lost, 2) << at;
      EXPECT_GE(lost, 1) << at;
    }
  }
}

}  // namespace
}  // namespace tollgate::ledger
