// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/ledger/salvage.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "delivery_table.hpp"
#include "lock_file.hpp"
#include "sample_record.hpp"
#include "temp_directory.hpp"
#include "worker.hpp"

namespace tollgate::ledger {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kBlocks = 100;
constexpr std::uint64_t kInABlock = 30;

/// A ledger of many blocks, an exporter half way through, a quarantined and an awaiting record.
class SalvageTest : public testing::Test {
 protected:
  SalvageTest() {
    RecordStore store = open_store(path_);
    for (std::uint64_t block = 0; block < kBlocks; ++block) {
      std::vector<usage::UsageRecord> records;
      for (std::uint64_t i = 0; i < kInABlock; ++i) {
        records.push_back(sample_close(block * kInABlock + i));
        records.back().end_user.assign(500, 'u');
      }
      EXPECT_TRUE(arrive(store, records));
    }
    usage::UsageRecord unfinished = sample_close(999'999);
    unfinished.follow_path = "/x";
    EXPECT_TRUE(arrive(store, {unfinished}));
    const std::vector<ExporterTerms> exporters{{"one", true, true}};
    EXPECT_TRUE(serve_exporters(store, exporters));
    EXPECT_TRUE(account(store, "one", {{1500}, {{7, "bad", sample_close(6)}}}, UtcTime()));
  }

  void damage(std::uintmax_t from, std::uintmax_t bytes) const {
    std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(from));
    file << std::string(bytes, '\x5a');
  }

  TempDirectory directory_;
  std::string path_ = directory_ / "ledger";
};

TEST_F(SalvageTest, OfAWholeOneEverythingIsSaved) {
  const auto result = salvage(path_);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->records, kBlocks * kInABlock);
  EXPECT_EQ(result->lost_blocks, 0U);
  EXPECT_FALSE(result->cursors_lost);
  EXPECT_TRUE(fs::exists(result->kept_as));
  EXPECT_EQ(fs::status(path_).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  RecordStore store = open_store(path_);
  EXPECT_EQ(all_records(store).size(), kBlocks * kInABlock);
  EXPECT_EQ(undelivered(store, "one", 1)->front().sequence, 1501);
  EXPECT_EQ(read_progress(store)->at(0).quarantined, 1U);
  EXPECT_EQ(*store.count_awaiting(), 1U);
}

TEST_F(SalvageTest, OfADamagedOneWhatCanBeReadAndInItsPlace) {
  const auto size = fs::file_size(path_);
  damage(size / 2 / 4096 * 4096, 5 * 4096UL);
  const auto result = salvage(path_);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_LT(result->records, kBlocks * kInABlock);
  EXPECT_GT(result->records, kBlocks * kInABlock / 2);
  RecordStore store = open_store(path_);
  std::uint64_t found = 0;
  ASSERT_TRUE(store.read_behind(0, [&](std::int64_t at, std::string_view payload) {
    EXPECT_EQ(read_payload(payload).record_id, sample_id(static_cast<std::uint64_t>(at) - 1));
    ++found;
    return true;
  }));
  EXPECT_EQ(found, result->records);
}

TEST_F(SalvageTest, LeavesAloneWhatAGatewayUses) {
  const auto lock = LockFile::take(path_ + ".lock");
  ASSERT_TRUE(lock);
  EXPECT_EQ(salvage(path_).error().code, Errc::storage);
  EXPECT_EQ(salvage(directory_ / "none").error().code, Errc::not_found);
  EXPECT_FALSE(fs::exists(directory_ / "none"));
}

TEST_F(SalvageTest, OfOneWithoutItsHeaderNothingCanBeReadAndNothingIsChanged) {
  damage(0, 4096);
  const auto result = salvage(path_);
  ASSERT_TRUE(result.has_error());
  EXPECT_TRUE(fs::exists(path_));
  EXPECT_FALSE(fs::exists(path_ + ".salvaged"));
}

}  // namespace
}  // namespace tollgate::ledger
