// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "file_watch.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tollgate::app {
namespace {

constexpr SteadyTime at(int ms) { return SteadyTime(std::chrono::hours(1000)) + milliseconds(ms); }

FileDigests holding(const std::string& config, const std::string& secret = "s") {
  return {{"tollgate.yaml", sha256(config)}, {"secret", sha256(secret)}};
}

TEST(FileWatch, NothingIsDueWhileNothingChanges) {
  FileWatch watch(holding("a"));
  for (int ms = 0; ms < 60'000; ms += 100) EXPECT_FALSE(watch.due(holding("a"), at(ms)));
}

TEST(FileWatch, AChangeIsDueOnceItHasSettled) {
  FileWatch watch(holding("a"));
  EXPECT_FALSE(watch.due(holding("b"), at(0)));
  EXPECT_FALSE(watch.due(holding("b"), at(499)));
  EXPECT_TRUE(watch.due(holding("b"), at(500)));
  watch.loaded(holding("b"));
  EXPECT_FALSE(watch.due(holding("b"), at(600)));
}

TEST(FileWatch, AFileThatIsBeingWrittenIsWaitedFor) {
  FileWatch watch(holding("a"));
  int ms = 0;
  for (; ms < 3'000; ms += 300) EXPECT_FALSE(watch.due(holding("b" + std::to_string(ms)), at(ms)));
  EXPECT_FALSE(watch.due(holding("whole"), at(ms)));
  EXPECT_TRUE(watch.due(holding("whole"), at(ms + 500)));
}

TEST(FileWatch, AChangeThatIsTakenBackIsNone) {
  FileWatch watch(holding("a"));
  EXPECT_FALSE(watch.due(holding("b"), at(0)));
  EXPECT_FALSE(watch.due(holding("a"), at(300)));
  EXPECT_FALSE(watch.due(holding("b"), at(600))) << "counts anew";
  EXPECT_TRUE(watch.due(holding("b"), at(1'100)));
}

TEST(FileWatch, ASecretCountsAsTheFileDoes) {
  FileWatch watch(holding("a", "old"));
  EXPECT_FALSE(watch.due(holding("a", "new"), at(0)));
  EXPECT_TRUE(watch.due(holding("a", "new"), at(500)));
}

TEST(FileWatch, WhatWasRefusedIsNotTriedAgainUntilItChanges) {
  FileWatch watch(holding("good"));
  EXPECT_FALSE(watch.due(holding("bad"), at(0)));
  EXPECT_TRUE(watch.due(holding("bad"), at(500)));
  watch.loaded(holding("bad"));
  for (int ms = 600; ms < 60'000; ms += 500) EXPECT_FALSE(watch.due(holding("bad"), at(ms)));
  EXPECT_FALSE(watch.due(holding("good"), at(60'000)));
  EXPECT_TRUE(watch.due(holding("good"), at(60'500))) << "taken back";
}

/// The file changed again after it was read: what stood in it then is what counts as loaded.
TEST(FileWatch, AChangeDuringALoadIsSeenAfterIt) {
  FileWatch watch(holding("a"));
  EXPECT_FALSE(watch.due(holding("b"), at(0)));
  EXPECT_TRUE(watch.due(holding("b"), at(500)));
  watch.loaded(holding("b"));
  EXPECT_FALSE(watch.due(holding("c"), at(501)));
  EXPECT_TRUE(watch.due(holding("c"), at(1'001)));
}

}  // namespace
}  // namespace tollgate::app
