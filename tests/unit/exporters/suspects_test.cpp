// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "suspects.hpp"

#include <gtest/gtest.h>

namespace tollgate::exporters {
namespace {

Row suspect_row(std::int64_t sequence) {
  Row out;
  out.sequence = sequence;
  out.id = "id-" + std::to_string(sequence);
  return out;
}

TEST(Suspects, OnlyWhatIsRefusedAgainIsProven) {
  Suspects suspects;
  suspects.add(suspect_row(1), "first");
  suspects.add(suspect_row(2), "second");
  EXPECT_TRUE(suspects.proven().empty());
  EXPECT_EQ(suspects.next().sequence, 1);
  EXPECT_EQ(suspects.acquit(), 1);
  EXPECT_FALSE(suspects.holds(1));
  EXPECT_EQ(suspects.next().sequence, 2);
  suspects.convict("again");
  EXPECT_FALSE(suspects.any_waiting());
  ASSERT_EQ(suspects.proven().size(), 1U);
  EXPECT_EQ(suspects.proven()[0].sequence, 2);
  EXPECT_EQ(suspects.proven()[0].id, "id-2");
  EXPECT_EQ(suspects.proven()[0].reason, "again");
  EXPECT_TRUE(suspects.holds(2));
}

TEST(Suspects, WhatCanNeverBeSentNeedsNoSecondTry) {
  Suspects suspects;
  EXPECT_FALSE(suspects.all_proven()) << "there are none";
  suspects.add_proven(suspect_row(3), "too large");
  EXPECT_TRUE(suspects.all_proven());
  EXPECT_FALSE(suspects.any_waiting());
  suspects.add(suspect_row(4), "refused");
  EXPECT_FALSE(suspects.all_proven());
  EXPECT_EQ(suspects.last_reason(), "refused");
  suspects.clear();
  EXPECT_TRUE(suspects.empty());
}

TEST(Suspects, SoManyInARowAreTooMany) {
  Suspects suspects;
  for (std::int64_t i = 1; i <= 30; ++i) suspects.add_proven(suspect_row(i), "too large");
  for (std::size_t i = 1; i < Suspects::kMost; ++i)
    suspects.add(suspect_row(static_cast<std::int64_t>(100 + i)), "refused");
  EXPECT_FALSE(suspects.too_many());
  suspects.add(suspect_row(200), "refused");
  EXPECT_TRUE(suspects.too_many());
}

}  // namespace
}  // namespace tollgate::exporters
