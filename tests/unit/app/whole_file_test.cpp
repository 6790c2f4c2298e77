// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "whole_file.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "ledger/temp_directory.hpp"

namespace tollgate::app {
namespace {

std::string fault_of(const std::string& path, std::size_t limit) {
  const auto read = read_whole_file(path, limit);
  return read ? "none" : read.error().message;
}

TEST(ReadWholeFile, ReadsToTheLimitAndNotBeyond) {
  const ledger::TempDirectory directory;
  const std::string path = directory / "bill.csv";
  const std::string text(3 << 20, 'x');
  std::ofstream(path) << text;
  const auto read = read_whole_file(path, text.size());
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, text);
  EXPECT_EQ(fault_of(path, 1 << 20), path + " has more than 1 MiB, which is the most that is read");
}

// It read until memory was full.
TEST(ReadWholeFile, EndsWhereAFileDoesNot) {
  EXPECT_EQ(fault_of("/dev/zero", 1 << 20),
            "/dev/zero has more than 1 MiB, which is the most that is read");
}

TEST(ReadWholeFile, SaysWhyItCannot) {
  EXPECT_EQ(fault_of("/nowhere", 1), "/nowhere is not there");
  EXPECT_EQ(fault_of("/", 1), "/ is a directory");
}

}  // namespace
}  // namespace tollgate::app
