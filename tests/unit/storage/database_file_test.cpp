// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/storage/database_file.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "ledger/temp_directory.hpp"
#include "tollgate/storage/database.hpp"

namespace tollgate::storage {
namespace {

class DatabaseFileTest : public testing::Test {
 protected:
  /// The mode of the file, which others could read, once it was looked at.
  unsigned mode_after_look() {
    ::chmod(path_.c_str(), 0644);
    EXPECT_EQ(look_at_database_file(path_), DatabaseFile::there);
    struct stat status {};
    EXPECT_EQ(::stat(path_.c_str(), &status), 0);
    return status.st_mode & 0777U;
  }

  ledger::TempDirectory directory_;
  std::string path_ = directory_ / "file";
};

TEST_F(DatabaseFileTest, OneOfOursIsClosedToOtherUsers) {
  ASSERT_TRUE(Database::open(path_)->execute("PRAGMA user_version = 70000; CREATE TABLE t (a)"));
  EXPECT_EQ(version_in_header(path_), 70'000U);
  EXPECT_EQ(mode_after_look(), 0600U);
}

TEST_F(DatabaseFileTest, WhatIsSomethingElseIsLeftAsItIs) {
  EXPECT_EQ(look_at_database_file(path_), DatabaseFile::none);
  ASSERT_TRUE(Database::open(path_)->execute("CREATE TABLE t (a)"));
  EXPECT_EQ(version_in_header(path_), 0U);
  EXPECT_EQ(mode_after_look(), 0644U);
  std::ofstream(path_, std::ios::trunc) << "SQLite format 4";
  EXPECT_EQ(version_in_header(path_), std::nullopt);
  EXPECT_EQ(mode_after_look(), 0644U);
}

TEST_F(DatabaseFileTest, ALookLeavesTheLocksOfWhoUsesIt) {
  Result<Database> used = Database::open(path_);
  ASSERT_TRUE(used->execute("PRAGMA journal_mode = WAL; PRAGMA user_version = 1"));
  EXPECT_EQ(look_at_database_file(path_), DatabaseFile::there);
  EXPECT_EQ(database_begin(path_, 6), "SQLite");
  // Whose locks are of another kind meets those of this process, too.
  const int file = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  ASSERT_EQ(::fcntl(file, F_OFD_GETLK, &lock), 0);
  EXPECT_EQ(lock.l_type, F_RDLCK) << "SQLite's, held as long as the log is in use";
  ::close(file);
}

// SQLite waited for who would write to the pipe, and said of a directory that something could not
// be opened.
TEST_F(DatabaseFileTest, WhateverStandsInTheWayOfOneIsNamedAndNothingWaits) {
  ASSERT_TRUE(Database::open(path_)->execute("PRAGMA user_version = 1"));
  for (const std::string part : {"-wal", "-shm", "-journal"}) {
    ASSERT_EQ(::mkfifo((path_ + part).c_str(), 0600), 0);
    EXPECT_EQ(Database::open(path_).error().message,
              "cannot open " + path_ + ": " + path_ + part + " is a pipe, not a file");
    ASSERT_EQ(::unlink((path_ + part).c_str()), 0);
    ASSERT_EQ(::symlink("/nowhere", (path_ + part).c_str()), 0);
    EXPECT_EQ(in_way_of_database(path_), path_ + part + " is a link to what is not there");
    ASSERT_EQ(::unlink((path_ + part).c_str()), 0);
  }
  EXPECT_TRUE(Database::open(path_));
}

// Told after SQLite had begun it counts all the same, under a lock. In a process of its own: what
// came first in this one is another test's.
TEST_F(DatabaseFileTest, ALookThatComesFirstLeavesSqliteWithoutItsCountOfMemory) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  std::ofstream(path_) << "SQLite format 3";
  const auto look_first = [this] {
    (void)database_begin(path_, 6);
    const Result<Database> opened = Database::open(path_ + ".other");
    std::exit(opened && ::sqlite3_memory_used() == 0 ? 0 : 1);
  };
  EXPECT_EXIT(look_first(), testing::ExitedWithCode(0), "");
}

TEST_F(DatabaseFileTest, WhatIsNoFileHasNoBegin) {
  EXPECT_EQ(database_begin(path_, 6), "");
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  EXPECT_EQ(database_begin(path_, 6), "");
  EXPECT_EQ(database_begin(directory_ / ".", 6), "");
}

}  // namespace
}  // namespace tollgate::storage
