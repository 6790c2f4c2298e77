// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "loss_notes.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "temp_directory.hpp"

namespace tollgate::ledger {
namespace {

namespace fs = std::filesystem;
using Lines = std::vector<std::string>;

TEST(LossNotes, EachIsToldUntilItsFileIsDeleted) {
  const TempDirectory directory;
  const std::string journal = directory / "ledger.journal";
  fs::create_directory(journal);
  EXPECT_EQ(told_losses(journal), Lines{});
  ASSERT_TRUE(note_loss(journal, "b", "first"));
  ASSERT_TRUE(note_loss(journal, "b", "second"));
  ASSERT_TRUE(note_loss(journal, "b", "first")) << "it is there already";
  const std::string folder = journal + "/damaged/";
  EXPECT_EQ(fs::status(folder).permissions(), fs::perms::owner_all);
  EXPECT_EQ(fs::status(folder + "b.lost").permissions(),
            fs::perms::owner_read | fs::perms::owner_write);
  std::ofstream(folder + "a.segment") << "damaged";
  std::ofstream(folder + "c.lost").flush();
  std::ofstream(folder + "notes-of-an-operator.txt") << "mine";
  EXPECT_EQ(told_losses(journal),
            (Lines{"a damaged segment was set aside: " + folder + "a.segment",
                   "first (" + folder + "b.lost)", "second (" + folder + "b.lost)",
                   "a loss was noted in " + folder + "c.lost"}));
  for (const char* file : {"a.segment", "b.lost", "c.lost"}) fs::remove(folder + file);
  EXPECT_EQ(told_losses(journal), Lines{});
}

TEST(LossNotes, WhatCannotBeNotedIsSaid) {
  const TempDirectory directory;
  const std::string journal = directory / "ledger.journal";
  fs::create_directory(journal);
  std::ofstream(journal + "/damaged") << "in the way";
  EXPECT_FALSE(note_loss(journal, "a", "lost").has_value());
  EXPECT_EQ(told_losses(journal), Lines{"cannot list " + journal + "/damaged: Not a directory"});
}

// It waited for somebody to write into it, and so did the start.
TEST(LossNotes, APipeMakesNobodyWait) {
  const TempDirectory directory;
  const std::string journal = directory / "ledger.journal";
  fs::create_directories(journal + "/damaged");
  const std::string pipe = journal + "/damaged/a.lost";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(note_loss(journal, "a", "lost").error().message,
            "cannot use " + pipe + ": it is a pipe");
  EXPECT_EQ(told_losses(journal), Lines{"a loss was noted in " + pipe});
}

}  // namespace
}  // namespace tollgate::ledger
