// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "azure_monitor/batch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "gunzip.hpp"

namespace tollgate::exporters::azure_monitor {
namespace {

using ledger::StoredRecord;
using testing::ElementsAre;

StoredRecord record(std::int64_t sequence, std::size_t end_user_size = 0) {
  StoredRecord out;
  out.sequence = sequence;
  out.record.record_id = make_uuid_v7(UtcTime(seconds(sequence)));
  out.record.end_user.assign(end_user_size, 'u');
  return out;
}

/// Over the limit alone: tags are not cut.
StoredRecord oversize(std::int64_t sequence) {
  StoredRecord out = record(sequence);
  for (int i = 0; i < 40; ++i)
    out.record.tags["tag" + std::to_string(i)] = std::string(30'000, 't');
  return out;
}

std::size_t size_of(const StoredRecord& stored) { return usage::to_json(stored.record).size(); }

/// Records whose array is exactly `size` bytes long.
std::vector<StoredRecord> records_of(std::size_t size) {
  std::vector<StoredRecord> out;
  std::size_t total = 1;  // each with the bracket or comma behind it
  while (size - total > 60'000) {
    out.push_back(record(static_cast<std::int64_t>(out.size()), 30'000));
    total += size_of(out.back()) + 1;
  }
  out.push_back(record(static_cast<std::int64_t>(out.size())));
  out.back().record.end_user.assign((size - total - size_of(out.back()) - 1) / 2, 'u');
  out.push_back(record(static_cast<std::int64_t>(out.size())));
  total += size_of(out[out.size() - 2]) + 1;
  out.back().record.end_user.assign(size - total - size_of(out.back()) - 1, 'u');
  return out;
}

TEST(MakeBatch, IsOneJsonArrayInOrder) {
  std::vector<StoredRecord> records{record(7), record(8)};
  records[0].record.client_name = "re\"tail\n";
  const Batch batch = make_batch(records);
  EXPECT_THAT(batch.sequences, ElementsAre(7, 8));
  const auto rows = nlohmann::json::parse(batch.json);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].at("RecordId"), records[0].record.record_id.to_string());
  EXPECT_EQ(rows[0].at("ClientName"), "re\"tail ");
  EXPECT_EQ(rows[1].at("RecordId"), records[1].record.record_id.to_string());
}

TEST(MakeBatch, FillsTheLimitToTheByte) {
  const std::vector<StoredRecord> exact = records_of(kLargestBody);
  const Batch full = make_batch(exact);
  EXPECT_EQ(full.json.size(), kLargestBody);
  EXPECT_EQ(full.sequences.size(), exact.size());

  const Batch cut = make_batch(records_of(kLargestBody + 1));
  EXPECT_EQ(cut.sequences.size(), exact.size() - 1);
  EXPECT_EQ(nlohmann::json::parse(cut.json).size(), exact.size() - 1);
}

TEST(MakeBatch, CountsTheBytesOfTheEscapedText) {
  std::vector<StoredRecord> records = records_of(kLargestBody);
  records.back().record.end_user[0] = '"';  // one character that takes two bytes
  EXPECT_EQ(make_batch(records).sequences.size(), records.size() - 1);
}

TEST(MakeBatch, LeavesAnOversizeRecordAlone) {
  const Batch alone = make_batch(std::vector{oversize(1), record(2)});
  EXPECT_THAT(alone.sequences, ElementsAre(1));
  EXPECT_TRUE(alone.json.empty());
  const Batch before = make_batch(std::vector{record(1), oversize(2), record(3)});
  EXPECT_THAT(before.sequences, ElementsAre(1));
  EXPECT_EQ(nlohmann::json::parse(before.json).size(), 1U);
}

TEST(MakeBatch, IsEmptyWithoutRecords) {
  const Batch batch = make_batch({});
  EXPECT_TRUE(batch.sequences.empty());
  EXPECT_TRUE(batch.json.empty());
}

TEST(Gzip, RoundTrips) {
  for (const std::string& text :
       {std::string(), std::string("[]"), std::string(3'000'000, 'a'), std::string("\0\xFF", 2)}) {
    const Result<std::string> packed = gzip(text);
    ASSERT_TRUE(packed);
    EXPECT_EQ(gunzip(*packed), text);
  }
}

TEST(Gzip, KeepsAFullBodyOfRandomTextUnderTheLimit) {
  std::vector<StoredRecord> records = records_of(kLargestBody);
  std::mt19937 random(4711);
  for (StoredRecord& stored : records) {
    for (char& c : stored.record.end_user)
      c = "!#$%&'()*+,-./0123456789:;<=>?@ABC[]^_`abc{|}~"[random() % 46];
  }
  const Batch batch = make_batch(records);
  ASSERT_EQ(batch.json.size(), kLargestBody);
  EXPECT_LT(gzip(batch.json)->size(), kLargestBody);
}

}  // namespace
}  // namespace tollgate::exporters::azure_monitor
