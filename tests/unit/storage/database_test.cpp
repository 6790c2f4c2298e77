// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/storage/database.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace tollgate::storage {
namespace {

class KeptStatementTest : public testing::Test {
 protected:
  KeptStatementTest() {
    std::string name = std::filesystem::temp_directory_path() / "tollgate-storage-XXXXXX";
    directory_ = ::mkdtemp(name.data());
    path_ = directory_ / "a.db";
    database_.emplace(Database::open(path_).value());
    EXPECT_TRUE(
        database_->execute("PRAGMA journal_mode = WAL; CREATE TABLE t (n); "
                           "INSERT INTO t VALUES (1), (2), (3)"));
  }
  ~KeptStatementTest() override {
    database_.reset();
    std::filesystem::remove_all(directory_);
  }

  static constexpr const char* kBehind = "SELECT n FROM t WHERE n > ? ORDER BY n";

  std::int64_t first_behind(std::int64_t number) {
    LentStatement statement = database_->kept(kBehind);
    statement->bind(1, number);
    EXPECT_TRUE(statement->step().value());
    return statement->number(0);
  }

  std::filesystem::path directory_;
  std::string path_;
  std::optional<Database> database_;
};

TEST_F(KeptStatementTest, IsAsNewEachTime) {
  EXPECT_EQ(first_behind(0), 1);
  EXPECT_EQ(first_behind(1), 2);
  LentStatement unbound = database_->kept(kBehind);
  EXPECT_FALSE(unbound->step().value()) << "what was bound before is gone";
}

TEST_F(KeptStatementTest, WhileItIsOnLoanAnotherIsGiven) {
  LentStatement outer = database_->kept(kBehind);
  outer->bind(1, std::int64_t{0});
  ASSERT_TRUE(outer->step().value());
  EXPECT_EQ(first_behind(2), 3);
  ASSERT_TRUE(outer->step().value());
  EXPECT_EQ(outer->number(0), 2);
}

TEST_F(KeptStatementTest, LeavesNoReadingOpen) {
  EXPECT_EQ(first_behind(0), 1);
  Database other = Database::open(path_).value();
  ASSERT_TRUE(other.execute("INSERT INTO t VALUES (4)"));
  Statement cut = other.prepare("PRAGMA wal_checkpoint(TRUNCATE)");
  ASSERT_TRUE(cut.step().value());
  EXPECT_EQ(cut.number(0), 0) << "somebody reads still";
}

TEST_F(KeptStatementTest, IsPreparedAgainWhereItCouldNotBe) {
  EXPECT_FALSE(database_->kept("SELECT m FROM later")->step());
  ASSERT_TRUE(database_->execute("CREATE TABLE later (m)"));
  EXPECT_FALSE(database_->kept("SELECT m FROM later")->step().value());
}

TEST_F(KeptStatementTest, WhatFailedLastIsKnownByItsResultCode) {
  EXPECT_EQ(database_->last_failure(), SQLITE_OK);
  EXPECT_FALSE(database_->prepare("SELECT m FROM locked").step());
  EXPECT_EQ(database_->last_failure(), SQLITE_ERROR);
  EXPECT_FALSE(database_->last_failure_passes());
  Database holder = Database::open(path_).value();
  ASSERT_TRUE(holder.execute("BEGIN IMMEDIATE"));
  ASSERT_TRUE(database_->execute("PRAGMA busy_timeout = 0"));
  EXPECT_FALSE(database_->execute("BEGIN IMMEDIATE"));
  EXPECT_EQ(first_behind(0), 1);
  EXPECT_EQ(database_->last_failure(), SQLITE_BUSY) << "though something has gone well since";
  EXPECT_TRUE(database_->last_failure_passes());
  const Database moved = std::move(*database_);
  EXPECT_EQ(moved.last_failure(), SQLITE_BUSY);
  database_.reset();
}

TEST_F(KeptStatementTest, ATransactionThatIsNotCommittedIsNone) {
  {
    Transaction transaction(*database_);
    ASSERT_TRUE(transaction.begun());
    ASSERT_TRUE(database_->kept("INSERT INTO t VALUES (9)")->run());
  }
  EXPECT_FALSE([&] {
    LentStatement nine = database_->kept("SELECT 1 FROM t WHERE n = 9");
    return nine->step().value();
  }());
  Transaction transaction(*database_);
  ASSERT_TRUE(transaction.begun());
  ASSERT_TRUE(transaction.commit());
}

}  // namespace
}  // namespace tollgate::storage
