// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "segment_store.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/directory_syncs.hpp"
#include "segments_in.hpp"
#include "temp_directory.hpp"

namespace tollgate::ledger {
namespace {

TEST(SegmentStore, HandsOutTheSpareFirst) {
  const TempDirectory directory;
  SegmentStore store(directory.path(), 2);
  EXPECT_EQ(store.spares(), 0U);
  ASSERT_TRUE(store.prepare_spares(1));
  ASSERT_TRUE(store.prepare_spares(1)) << "there is one already";
  EXPECT_EQ(store.spares(), 1U);
  EXPECT_EQ(store.bytes(), Segment::kSize);
  EXPECT_TRUE(store.snapshot().empty()) << "nothing is read from a spare";
  const std::string spare = segments_in(directory.path()).at(0);
  const auto segment = store.advance();
  ASSERT_TRUE(segment);
  EXPECT_EQ((*segment)->path(), spare);
  EXPECT_EQ(store.spares(), 0U);
  EXPECT_EQ(store.snapshot().back(), *segment);
}

TEST(SegmentStore, HandsOutSparesInTheOrderOfTheirNames) {
  const TempDirectory directory;
  SegmentStore store(directory.path(), 2);
  ASSERT_TRUE(store.prepare_spares(3));
  EXPECT_EQ(store.bytes(), 3 * Segment::kSize);
  const std::vector<std::string> names = segments_in(directory.path());
  for (const std::string& name : names) EXPECT_EQ((*store.advance())->path(), name);
  EXPECT_EQ(store.spares(), 0U);
}

TEST(SegmentStore, ForgetsAndDeletesTheOldest) {
  const TempDirectory directory;
  SegmentStore store(directory.path(), 0);
  const auto first = *store.advance();
  const auto second = *store.advance();
  EXPECT_LT(first->path(), second->path()) << "names sort by age";
  store.drop_oldest(false);
  EXPECT_EQ(segments_in(directory.path()), std::vector<std::string>{second->path()});
  EXPECT_EQ(store.snapshot().size(), 1U);
  EXPECT_EQ(store.bytes(), Segment::kSize);
}

TEST(SegmentStore, SetsADamagedOneAside) {
  const TempDirectory directory;
  SegmentStore store(directory.path(), 0);
  const std::string name = (*store.advance())->name();
  store.drop_oldest(true);
  EXPECT_TRUE(segments_in(directory.path()).empty());
  EXPECT_EQ(segments_in(directory / "damaged"),
            std::vector<std::string>{directory / "damaged/" + name});
  EXPECT_EQ(store.bytes(), 0U);
}

TEST(SegmentStore, KeepsFilesUntilItIsNotedWhatTheyHeld) {
  const TempDirectory directory;
  bool can_note = false;
  SegmentStore store(directory.path(), 0, [&can_note](const auto& names) {
    EXPECT_FALSE(names.empty());
    return can_note;
  });
  ASSERT_TRUE(store.advance());
  ASSERT_TRUE(store.advance());
  store.drop_oldest(false);
  EXPECT_EQ(segments_in(directory.path()).size(), 2U);
  EXPECT_EQ(store.bytes(), 2 * Segment::kSize);
  EXPECT_EQ(store.snapshot().size(), 1U);
  can_note = true;
  store.drop_oldest(true);
  EXPECT_EQ(segments_in(directory.path()).size(), 0U);
  EXPECT_EQ(segments_in(directory / "damaged").size(), 1U);
  EXPECT_EQ(store.bytes(), 0U);
}

TEST(SegmentStore, LeavesNoFileAtACleanEnd) {
  const TempDirectory directory;
  SegmentStore store(directory.path(), 0);
  ASSERT_TRUE(store.advance());
  ASSERT_TRUE(store.prepare_spares(2));
  store.drop_all();
  EXPECT_TRUE(segments_in(directory.path()).empty());
  EXPECT_EQ(store.bytes(), 0U);
  EXPECT_EQ(store.spares(), 0U);
}

TEST(SegmentStore, SaysWhenTheDiskGivesNothing) {
  const TempDirectory directory;
  SegmentStore store(directory / "gone", 0);
  const auto advanced = store.advance();
  ASSERT_TRUE(advanced.has_error());
  EXPECT_EQ(advanced.error().code, Errc::storage);
  ASSERT_TRUE(store.prepare_spares(1).has_error());
  EXPECT_EQ(store.bytes(), 0U);
  EXPECT_TRUE(store.snapshot().empty());
}

// A power loss would have taken the file with its name, and with it what was waited for.
TEST(SegmentStore, AFileWhoseNameIsNotOnTheDiskIsNoSegment) {
  const TempDirectory directory;
  SegmentStore store(directory.path(), 0);
  DirectorySyncs syncs;
  syncs.failing = true;
  EXPECT_EQ(store.advance().error().code, Errc::storage);
  EXPECT_EQ(store.prepare_spares(1).error().code, Errc::storage);
  EXPECT_TRUE(segments_in(directory.path()).empty());
  EXPECT_EQ(store.bytes(), 0U);
  syncs.failing = false;
  EXPECT_TRUE(store.advance());
}

TEST(SegmentStore, NamesFilesApartFromAnEarlierProcess) {
  const TempDirectory directory;
  const std::string earlier = (*SegmentStore(directory.path(), 0).advance())->path();
  SegmentStore store(directory.path(), 0);
  ASSERT_TRUE(store.advance());
  EXPECT_EQ(segments_in(directory.path()).size(), 2U);
  EXPECT_EQ(segments_in(directory.path()).front(), earlier);
}

}  // namespace
}  // namespace tollgate::ledger
