// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "segment.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <sstream>
#include <string>

#include "temp_directory.hpp"

namespace tollgate::ledger {
namespace {

TEST(Segment, TakesAllItsDiskAtOnce) {
  const TempDirectory directory;
  const auto segment = Segment::create(directory / "a", 3, 9, UtcTime());
  ASSERT_TRUE(segment);
  struct stat status {};
  ASSERT_EQ(::stat((directory / "a").c_str(), &status), 0);
  EXPECT_EQ(static_cast<std::size_t>(status.st_size), Segment::kSize);
  EXPECT_GE(static_cast<std::size_t>(status.st_blocks) * 512, Segment::kSize);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
}

TEST(Segment, LeavesNothingBehindWhenItCannotBeMade) {
  const TempDirectory directory;
  const auto nowhere = Segment::create(directory / "none/a", 0, 0, UtcTime());
  ASSERT_TRUE(nowhere.has_error());
  EXPECT_EQ(nowhere.error().code, Errc::storage);
  std::ofstream(directory / "taken") << "mine";
  const auto taken = Segment::create(directory / "taken", 0, 0, UtcTime());
  ASSERT_TRUE(taken.has_error());
  EXPECT_EQ(taken.error().code, Errc::storage);
  EXPECT_EQ(std::filesystem::file_size(directory / "taken"), 4U) << "another's file stays as it is";
}

TEST(Segment, CountsItsRoom) {
  const TempDirectory directory;
  const auto made = Segment::create(directory / "a", 0, 0, UtcTime());
  Segment& segment = **made;
  EXPECT_EQ(segment.room(), Segment::kSize - Segment::kHeaderSize);
  segment.append(EntryType::intent, "x");
  EXPECT_EQ(segment.room(), Segment::kSize - Segment::kHeaderSize - 24) << "16, 1, and 7 to align";
  segment.append(EntryType::seal, {});
  EXPECT_EQ(segment.room(), Segment::kSize - Segment::kHeaderSize - 40);
  const std::size_t most = segment.room() - Segment::kEntryHeaderSize;
  EXPECT_TRUE(segment.fits(most));
  EXPECT_FALSE(segment.fits(most + 1));
  segment.append(EntryType::close, std::string(most, 'y'));
  EXPECT_EQ(segment.room(), 0U);
}

TEST(Segment, IsInItsFileAsSoonAsItIsAppended) {
  const TempDirectory directory;
  const auto segment = Segment::create(directory / "a", 0, 0, UtcTime());
  (*segment)->append(EntryType::close, "payload");
  std::ostringstream bytes;
  bytes << std::ifstream(directory / "a", std::ios::binary).rdbuf();
  EXPECT_TRUE(bytes.str() == (*segment)->bytes());
  EXPECT_NE(bytes.str().find("payload"), std::string::npos);
  EXPECT_TRUE((*segment)->sync());
}

}  // namespace
}  // namespace tollgate::ledger
