// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "trail_marks.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "store_fixture.hpp"
#include "tollgate/storage/database.hpp"

// A trail's database that was restored from a backup is known before it numbers anything again.
namespace tollgate::trail {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

TEST(TrailMarks, TheHighestOfEachTrailIsKept) {
  const ledger::TempDirectory directory;
  const TrailMarks marks({directory / "one", directory / "two"});
  EXPECT_EQ(marks.find("a").value(), std::nullopt);
  marks.put_if_there({"a", 7, "77"});
  EXPECT_FALSE(fs::exists(directory / "one"));
  for (const std::int64_t sequence : {1, 2, 3, 12, 4})
    ASSERT_TRUE(marks.put({"a", sequence, std::to_string(sequence)}));
  ASSERT_TRUE(marks.put({"b", 5, ""}));
  marks.put_if_there({"b", 6, "66"});
  EXPECT_EQ(marks.find("a").value(), (TrailMark{"a", 12, "12"}));
  EXPECT_EQ(marks.find("b").value(), (TrailMark{"b", 6, "66"}));
  EXPECT_EQ(fs::file_size(directory / "one"), 4U * 512U) << "two places each, however often";
  fs::remove(directory / "one");
  EXPECT_EQ(marks.find("a").value(), (TrailMark{"a", 12, "12"}));
}

TEST(TrailMarks, WhatIsTornLeavesTheOneBefore) {
  const ledger::TempDirectory directory;
  const TrailMarks marks({directory / "one"});
  ASSERT_TRUE(marks.put({"a", 998, "98"}));
  ASSERT_TRUE(marks.put({"a", 999, "99"}));
  {
    std::fstream file(directory / "one", std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(512);
    file << "tollgate-trail-mark/1 a 1000";
  }
  EXPECT_EQ(marks.find("a").value(), (TrailMark{"a", 998, "98"}));
  ASSERT_TRUE(marks.put({"a", 1001, "01"}));
  EXPECT_EQ(marks.find("a").value(), (TrailMark{"a", 1001, "01"}));
  EXPECT_EQ(fs::file_size(directory / "one"), 1024U);
  fs::resize_file(directory / "one", 530);
  EXPECT_EQ(marks.find("a").value(), (TrailMark{"a", 998, "98"}));
}

class RestoredTrail : public StoreTest {
 protected:
  RestoredTrail() { settings_.second_mark = directory_ / "ledger.db.audit-mark"; }

  void give_out(AuditStore& store) {
    ASSERT_TRUE(store.serve_exporters(std::vector<ServedExporter>{{"azure"}}));
    ASSERT_NE(store.undelivered(Stream::rows, "azure", 100).value().read_to, 0);
  }
  void back_up() { fs::copy_file(settings_.path, settings_.path + ".backup"); }
  void restore() {
    for (const char* const part : {"", "-wal", "-shm"}) fs::remove(settings_.path + part);
    fs::copy_file(settings_.path + ".backup", settings_.path);
  }
  /// Rows 1 to 3 are backed up; 4 is stored, and given out.
  void outlive_the_backup() {
    { ASSERT_TRUE(open().append(rows(1, 3))); }
    back_up();
    AuditStore store = open();
    ASSERT_TRUE(store.append(rows(4, 4)));
    give_out(store);
  }
  std::string fault() {
    const Result<AuditStore> opened = try_open();
    const Result<void> checked = AuditDesk::check_marks(settings_.path, settings_.second_mark);
    EXPECT_EQ(opened.has_value(), checked.has_value());
    return opened ? std::string() : opened.error().message;
  }
};

TEST_F(RestoredTrail, IsRefusedWhereRowsBehindItWereGivenOut) {
  ASSERT_NO_FATAL_FAILURE(outlive_the_backup());
  EXPECT_EQ(fault(), "");
  restore();
  EXPECT_THAT(fault(), HasSubstr("it ends with row 3, and the trail had row 4"));
  EXPECT_THAT(fault(), HasSubstr("Move it away"));
  // Either file is enough: one may have come from the backup as well.
  fs::remove(settings_.path + ".mark");
  EXPECT_THAT(fault(), HasSubstr("it ends with row 3"));
  fs::rename(settings_.second_mark, settings_.path + ".mark");
  EXPECT_THAT(fault(), HasSubstr("it ends with row 3"));
}

TEST_F(RestoredTrail, MovedAwayItMakesRoomForANewTrail) {
  ASSERT_NO_FATAL_FAILURE(outlive_the_backup());
  const std::string before = desk().read({}, kAuditor, kNow).value().rows[0].row.trail;
  restore();
  fs::rename(settings_.path, settings_.path + ".old");
  {
    AuditStore store = open();
    ASSERT_EQ(store.append(rows(4, 4)).value(), 1);
    EXPECT_NE(desk().read({}, kAuditor, kNow).value().rows[0].row.trail, before);
    EXPECT_THAT(store.stats().value().problem, HasSubstr("was gone at a start"));
    give_out(store);
  }
  EXPECT_EQ(fault(), "");
  // The old one is known for what it is ever after.
  restore();
  EXPECT_THAT(fault(), HasSubstr("it ends with row 3"));
}

TEST_F(RestoredTrail, IsTakenWhereNothingBehindItHasLeft) {
  { ASSERT_TRUE(open().append(rows(1, 3))); }
  back_up();
  { ASSERT_TRUE(open().append(rows(4, 4))); }
  restore();
  EXPECT_EQ(fault(), "");
  EXPECT_EQ(open().append(rows(4, 4)).value(), 4);
}

TEST_F(RestoredTrail, IsKnownByItsRowWhenItHasGrownAgain) {
  ASSERT_NO_FATAL_FAILURE(outlive_the_backup());
  restore();
  fs::rename(settings_.path + ".mark", settings_.path + ".kept");
  fs::remove(settings_.second_mark);
  { ASSERT_TRUE(open().append(rows(40, 49))); }
  fs::rename(settings_.path + ".kept", settings_.path + ".mark");
  EXPECT_THAT(fault(), HasSubstr("its row 4 is another one than that which was given out"));
}

TEST_F(RestoredTrail, ARowThatIsDamagedIsNoOtherOne) {
  ASSERT_NO_FATAL_FAILURE(outlive_the_backup());
  auto database = storage::Database::open(settings_.path).value();
  ASSERT_TRUE(database.execute("UPDATE audit_rows SET leaf = zeroblob(32) WHERE sequence = 4"));
  EXPECT_EQ(fault(), "");
  ASSERT_TRUE(database.execute("DELETE FROM audit_rows WHERE sequence = 4"));
  EXPECT_EQ(fault(), "");
}

TEST_F(RestoredTrail, ACheckpointAndAReadingGiveRowsOutToo) {
  { ASSERT_TRUE(open().append(rows(1, 1))); }
  back_up();
  {
    AuditStore store = open();
    ASSERT_TRUE(store.append(rows(2, 2)));
    ASSERT_EQ(store.checkpoint(std::vector{signer()}, kNow).value().size(), 1U);
  }
  restore();
  EXPECT_THAT(fault(), HasSubstr("it ends with row 1, and the trail had row 3"));
  fs::rename(settings_.path, settings_.path + ".old");
  {
    AuditStore store = open();
    ASSERT_TRUE(store.append(rows(1, 1)));
    give_out(store);
  }
  fs::remove(settings_.path + ".backup");
  back_up();
  { ASSERT_TRUE(open().append(rows(2, 2))); }
  ASSERT_TRUE(desk().read({}, kAuditor, kNow));
  restore();
  EXPECT_THAT(fault(), HasSubstr("it ends with row 1, and the trail had row 2"));
}

// What it erased was shown again, and nothing said so.
TEST_F(RestoredTrail, IsRefusedWhereContentWasErasedSince) {
  { ASSERT_TRUE(open().append(rows(1, 1))); }
  back_up();
  ASSERT_TRUE(desk().erase_caller("nobody", kAuditor, kNow));
  restore();
  EXPECT_THAT(fault(), HasSubstr("what was erased since would be there again"));
}

}  // namespace
}  // namespace tollgate::trail
