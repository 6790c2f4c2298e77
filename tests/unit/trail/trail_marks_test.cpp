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
  for (const std::int64_t sequence : {1, 2, 3, 12, 4})
    ASSERT_TRUE(marks.put({"a", sequence, std::to_string(sequence)}));
  ASSERT_TRUE(marks.put({"b", 5, ""}));
  EXPECT_EQ(marks.put_in_any({"b", 6, "66"}).value(), "");
  EXPECT_EQ(marks.find("a").value(), (TrailMark{"a", 12, "12"}));
  EXPECT_EQ(marks.find("b").value(), (TrailMark{"b", 6, "66"}));
  EXPECT_EQ(fs::file_size(directory / "one"), 4U * 512U) << "two places each, however often";
  fs::remove(directory / "one");
  EXPECT_EQ(marks.find("a").value(), (TrailMark{"a", 12, "12"}));
}

// The rest said nothing of it where the first could not be written.
TEST(TrailMarks, OneThatCannotBeUsedIsNamedAndTheOtherSaysSo) {
  const ledger::TempDirectory directory;
  const std::string nowhere = directory / "nowhere";
  const TrailMarks marks({directory / "one", directory / "two"});
  fs::create_directory(directory / "one");
  EXPECT_THAT(marks.put({"a", 1, "11"}).error().message, HasSubstr("one: Is a directory"));
  EXPECT_THAT(marks.put_in_any({"a", 1, "11"}).value(), HasSubstr("one: Is a directory"));
  EXPECT_THAT(marks.find("a").error().message, HasSubstr("one: Is a directory"));
  EXPECT_EQ(TrailMarks({directory / "two"}).find("a").value(), (TrailMark{"a", 1, "11"}));
  fs::remove(directory / "one");
  fs::create_symlink(nowhere + "/file", directory / "one");
  EXPECT_THAT(marks.find("a").error().message, HasSubstr("one: it is a link to what is not there"));
  EXPECT_THAT(marks.put({"a", 1, "11"}).error().message, HasSubstr("it is a link"));
  fs::remove(directory / "two");
  fs::create_directory(directory / "two");
  EXPECT_THAT(marks.put_in_any({"a", 2, "22"}).error().message, HasSubstr("; cannot use"));
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
    const Result<void> checked = AuditDesk::check_marks(settings_);
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

// They stood in the trail, and reached nobody.
TEST_F(RestoredTrail, NotesOfACheckpointThatCannotBeMarkedComeWithTheNext) {
  AuditStore store = open();
  ASSERT_TRUE(store.append(rows(1, 1)));
  fs::create_directory(settings_.path + ".mark");
  ASSERT_FALSE(store.checkpoint(std::vector{signer()}, kNow));
  fs::remove(settings_.path + ".mark");
  EXPECT_EQ(store.checkpoint(std::vector{signer()}, kNow).value().size(), 1U);
  EXPECT_EQ(store.checkpoint(std::vector{signer()}, kNow).value().size(), 0U);
}

// It was done, and looked as if it had failed.
TEST_F(RestoredTrail, AnErasureThatCannotBeMarkedSaysSo) {
  { ASSERT_TRUE(open().append(rows(1, 1))); }
  AuditDesk at = desk();
  fs::create_directory(settings_.path + ".mark");
  const Result<Erased> erased = at.erase_caller("caller-a", kAuditor, kNow);
  ASSERT_TRUE(erased) << erased.error().message;
  EXPECT_EQ(erased->keys, 1U);
  EXPECT_THAT(erased->unmarked, HasSubstr(".mark"));
  fs::remove(settings_.path + ".mark");
  EXPECT_EQ(at.erase_caller("caller-a", kAuditor, kNow).value().unmarked, "");
}

// Its own mark came back with the database's files, and the ledger's knew nothing.
TEST_F(RestoredTrail, AnErasureAndEachReadingAreNotedInBothFiles) {
  AuditStore store = open();
  ASSERT_TRUE(store.append(rows(1, 1)));
  const TrailMarks second({settings_.second_mark});
  const auto noted = [&] {
    const std::string trail = desk().read({}, kAuditor, kNow).value().rows[0].row.trail;
    const TrailMark mark = second.find(trail).value().value();
    EXPECT_EQ(TrailMarks({settings_.path + ".mark"}).find(trail).value(), mark);
    return mark.accesses;
  };
  EXPECT_EQ(noted(), 1);
  ASSERT_TRUE(desk().erase_caller("caller-a", kAuditor, kNow));
  EXPECT_EQ(noted(), 3);
  ASSERT_TRUE(desk().accesses({}, kAuditor, kNow));
  EXPECT_EQ(noted(), 5);
}

TEST_F(RestoredTrail, IsRefusedWhereItsMarkCameBackWithIt) {
  { ASSERT_TRUE(open().append(rows(1, 1))); }
  ASSERT_TRUE(desk().read({}, kAuditor, kNow));
  back_up();
  fs::copy_file(settings_.path + ".mark", settings_.path + ".mark.backup");
  ASSERT_EQ(desk().erase_caller("caller-a", kAuditor, kNow).value().keys, 1U);
  restore();
  fs::remove(settings_.path + ".mark");
  EXPECT_THAT(fault(), HasSubstr("what was erased since would be there again"));
  fs::rename(settings_.path + ".mark.backup", settings_.path + ".mark");
  EXPECT_THAT(fault(), HasSubstr("what was erased since would be there again"));
}

TEST_F(RestoredTrail, AccessRowsThatLeaveAreNotedToo) {
  AuditStore store = open();
  ASSERT_TRUE(store.append(rows(1, 1)));
  give_out(store);
  ASSERT_TRUE(desk().erase_caller("nobody", kAuditor, kNow));
  for (const std::string& file : {settings_.path + ".mark", settings_.second_mark})
    fs::remove(file);
  ASSERT_EQ(store.undelivered_accesses("azure", 10).value().size(), 1U);
  const std::string trail = store.undelivered(Stream::rows, "azure", 1).value().rows[0].row.trail;
  EXPECT_EQ(TrailMarks({settings_.second_mark}).find(trail).value().value().accesses, 1);
}

TEST_F(RestoredTrail, AReadingGivesOutNothingThatNoFileNotes) {
  { ASSERT_TRUE(open().append(rows(1, 1))); }
  fs::create_directory(settings_.path + ".mark");
  const Result<FoundRows> one = desk().read({}, kAuditor, kNow);
  ASSERT_TRUE(one);
  EXPECT_EQ(one->rows.size(), 1U);
  EXPECT_THAT(one->unmarked, HasSubstr(".mark: Is a directory"));
  fs::remove(settings_.second_mark);
  fs::create_directory(settings_.second_mark);
  EXPECT_THAT(desk().read({}, kAuditor, kNow).error().message, HasSubstr("audit-mark"));
  EXPECT_FALSE(desk().accesses({}, kAuditor, kNow));
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
