// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>

#include "commands.hpp"
#include "config/minimal.hpp"
#include "ledger/rolled_up.hpp"
#include "ledger/temp_directory.hpp"
#include "tollgate/ledger/ledger.hpp"

namespace tollgate::app {
namespace {

class SalvageCommandTest : public testing::Test {
 protected:
  SalvageCommandTest() {
    config::Ledger settings;
    settings.path = ledger_;
    const auto opened = ledger::Ledger::open(settings, 1, std::chrono::system_clock::now());
    EXPECT_TRUE(opened);
    for (unsigned char i = 1; i <= kRecords; ++i) {
      usage::UsageRecord record;
      record.record_id.bytes[15] = i;
      record.event_time = std::chrono::system_clock::now();
      EXPECT_TRUE((*opened)->journal(0).open(record));
      EXPECT_TRUE((*opened)->journal(0).close(record));
    }
    EXPECT_TRUE((*opened)->flush());
    std::ofstream(config_) << config::minimal_with("/tmp/ledger.db", ledger_);
  }

  void execute(const char* sql) const {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open(ledger_.c_str(), &database), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(database, sql, nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(database);
  }

  void damage_root_of(const std::string& table) const {
    sqlite3* database = nullptr;
    sqlite3_stmt* row = nullptr;
    ASSERT_EQ(sqlite3_open(ledger_.c_str(), &database), SQLITE_OK);
    const std::string sql = "SELECT rootpage FROM sqlite_master WHERE name = '" + table + "'";
    ASSERT_EQ(sqlite3_prepare_v2(database, sql.c_str(), -1, &row, nullptr), SQLITE_OK);
    ASSERT_EQ(sqlite3_step(row), SQLITE_ROW);
    const std::int64_t page = sqlite3_column_int64(row, 0);
    sqlite3_finalize(row);
    sqlite3_close(database);
    std::fstream file(ledger_, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp((page - 1) * 4096);
    file << std::string(4096, '\x5a');
  }

  std::string run(int status) const {
    testing::internal::CaptureStdout();
    EXPECT_EQ(salvage_ledger({config_, ""}), status);
    return testing::internal::GetCapturedStdout();
  }

  static constexpr unsigned char kRecords = 2;

  ledger::TempDirectory directory_;
  std::string ledger_ = directory_ / "ledger.db";
  std::string config_ = directory_ / "tollgate.yaml";
};

TEST_F(SalvageCommandTest, OfAWholeOneItTellsOfNoLoss) {
  const std::string said = run(0);
  EXPECT_EQ(said.find("2 records saved, 0 lost, and parts of 0 other tables; the damaged"), 0U)
      << said;
  EXPECT_EQ(said.find("could not be read"), std::string::npos) << said;
}

// The second run said "0 lost", with status 0.
TEST_F(SalvageCommandTest, TellsOfRecordsThatAreLostAsOftenAsItIsAsked) {
  execute("UPDATE blocks SET entries = zeroblob(length(entries))");
  for (int times = 0; times < 2; ++times) {
    const std::string said = run(3);
    EXPECT_EQ(said.find("0 records saved, at least 2 lost, and parts of 0 other"), 0U) << said;
  }
}

// It said that all was well, and verify accused the ledger as before.
TEST_F(SalvageCommandTest, SaysWhatSumsItMadeAnewAndWhatStillDisagrees) {
  ASSERT_TRUE(ledger::roll_up_ledger(ledger_));
  execute("DELETE FROM rollups WHERE length = 86400");
  const std::string day = run(0);
  EXPECT_NE(day.find("1 sum of a day is gone that the quarter hours have"), std::string::npos)
      << day;
  execute("DELETE FROM rollups WHERE length = 900");
  const std::string mended = run(0);
  EXPECT_NE(mended.find("Found and made anew, as far as records are kept: the roll-ups of "),
            std::string::npos)
      << mended;
  execute("INSERT INTO counters VALUES (5, 9000000000000000)");  // the records' days are not whole
  execute("DELETE FROM rollups WHERE length = 900");
  const std::string left = run(3);
  EXPECT_NE(left.find("Still so: the roll-ups of "), std::string::npos) << left;
}

// Reports had missed records or counted them twice, and the salvage copied what was wrong.
TEST_F(SalvageCommandTest, SaysWhichCounterItSetRightAndThatNothingIsLost) {
  ASSERT_TRUE(ledger::roll_up_ledger(ledger_));
  execute("UPDATE counters SET value = 9 WHERE counter = 6");
  const std::string said = run(0);
  EXPECT_NE(said.find("Set right: the counter 6 (rolled_up_to) is 9: no record behind 2 was ever "
                      "given.\n"),
            std::string::npos)
      << said;
}

// Its status said that the command could not be done, as where a gateway uses the ledger.
TEST_F(SalvageCommandTest, OfOneThatWasCutToLessThanItsHeaderItIsNotWhole) {
  std::filesystem::resize_file(ledger_, 50);
  testing::internal::CaptureStderr();
  EXPECT_EQ(run(3), "");
  EXPECT_NE(testing::internal::GetCapturedStderr().find("the first 50 bytes are left"),
            std::string::npos);
}

// It said "0 lost".
TEST_F(SalvageCommandTest, SaysThatItIsNotKnownHowManyAreLost) {
  for (const char* const table : {"blocks", "blocks_by_time", "counters"}) damage_root_of(table);
  const std::string said = run(3);
  EXPECT_EQ(said.find("0 records saved, how many are lost is not known, at least "), 0U) << said;
}

// It said "0 blocks lost" and no more.
TEST_F(SalvageCommandTest, NamesEachTableThatIsNotWholeAndWhatItHolds) {
  damage_root_of("objects");
  damage_root_of("cursors");
  const std::string said = run(3);
  for (const char* const line :
       {"0 lost, and parts of 2 other tables;",
        "The table objects could not be read to its end, which holds who owns stored files, "
        "threads and responses.\n",
        "The table cursors could not be read to its end, which holds how far exporters had come: "
        "they get everything that is kept once more.\n"}) {
    EXPECT_NE(said.find(line), std::string::npos) << said;
  }
}

}  // namespace
}  // namespace tollgate::app
