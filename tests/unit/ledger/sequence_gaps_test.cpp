// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <vector>

#include "sequence_gaps.hpp"

namespace tollgate::ledger {
namespace {

UtcTime at(int second) { return UtcTime(std::chrono::seconds(1'790'035'200 + second)); }

const std::vector<BlockPlace> kBlocks{{1, 10, at(1)}, {11, 5, at(2)}, {16, 1, at(3)}};

TEST(SequenceGaps, AWholeOrderHasNone) {
  EXPECT_EQ(find_gaps(kBlocks, {0, 16}), std::vector<SequenceGap>{});
  EXPECT_EQ(find_gaps(kBlocks, {0, 0}), std::vector<SequenceGap>{}) << "not known how far it went";
  EXPECT_EQ(find_gaps({}, {0, 0}), std::vector<SequenceGap>{});
  EXPECT_EQ(find_gaps({}, {16, 16}), std::vector<SequenceGap>{}) << "all were deleted";
  EXPECT_EQ(find_gaps(std::span(kBlocks).subspan(1), {10, 16}), std::vector<SequenceGap>{});
}

TEST(SequenceGaps, TellsWhatIsMissingBeforeBetweenAndBehind) {
  const std::vector<BlockPlace> left{kBlocks[1]};
  EXPECT_EQ(find_gaps(left, {0, 16}),
            (std::vector<SequenceGap>{{1, 10, {}, at(2)}, {16, 16, at(2), {}}}));
  const std::vector<BlockPlace> ends{kBlocks[0], kBlocks[2]};
  EXPECT_EQ(find_gaps(ends, {0, 16}), (std::vector<SequenceGap>{{11, 15, at(1), at(3)}}));
  EXPECT_EQ(find_gaps({}, {4, 16}), (std::vector<SequenceGap>{{5, 16, {}, {}}}));
}

// An earlier version's salvage noted how far the order went in `forgotten_to`.
TEST(SequenceGaps, ASalvageHidesOnlyWhatWasBeforeTheFirstBlock) {
  const std::vector<BlockPlace> left{kBlocks[1]};
  EXPECT_EQ(find_gaps(left, {16, 0}), (std::vector<SequenceGap>{{16, 16, at(2), {}}}));
}

TEST(SequenceGaps, SaysWhatIsMissing) {
  EXPECT_EQ(describe({11, 15, at(1), at(3)}),
            "the records 11 to 15 are missing, 5 of them; they arrived after "
            "2026-09-22T00:00:01Z and before 2026-09-22T00:00:03Z");
  EXPECT_EQ(describe({16, 16, at(2), {}}),
            "the record 16 is missing; it arrived after 2026-09-22T00:00:02Z");
  EXPECT_EQ(describe({1, 2, {}, {}}),
            "the records 1 to 2 are missing, 2 of them; they arrived at a time that is not known");
}

}  // namespace
}  // namespace tollgate::ledger
