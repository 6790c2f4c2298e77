// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "record_codec.hpp"
#include "component_codec.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>
#include <vector>

#include "sample_record.hpp"

namespace tollgate::ledger {
namespace {

std::string encoded(const usage::UsageRecord& record) {
  std::string out;
  encode_record(record, out);
  return out;
}

std::string field(int number, std::string_view value) {
  std::string out(1, static_cast<char>(number));
  for (int i = 0; i < 4; ++i) out.push_back(static_cast<char>(value.size() >> (8 * i)));
  return out.append(value);
}

/// Offsets where one field ends and the next begins, by the format alone.
std::set<std::size_t> boundaries(const std::string& payload) {
  std::set<std::size_t> out{0};
  for (std::size_t at = 0; at < payload.size();) {
    std::size_t length = 0;
    for (int i = 3; i >= 0; --i) {
      length =
          (length << 8) | static_cast<unsigned char>(payload[at + 1 + static_cast<std::size_t>(i)]);
    }
    at += 5 + length;
    out.insert(at);
  }
  return out;
}

TEST(RecordCodec, KeepsEveryField) {
  const usage::UsageRecord record = filled_record();
  const std::string payload = encoded(record);
  EXPECT_EQ(boundaries(payload).size(), std::tuple_size_v<decltype(usage::kRecordFields)> + 1)
      << "the sample must hold every field";
  EXPECT_EQ(decode_record(payload), record);
}

// As it was written until ids became a list.
TEST(RecordCodec, ReadsIdsThatStandInOneText) {
  const std::string old = encoded(sample_close(1)) + field(50, "resp_1 file-2");
  usage::UsageRecord record = sample_close(1);
  record.stored_objects = {"resp_1", "file-2"};
  EXPECT_EQ(decode_record(old), record);
  EXPECT_EQ(decode_record(encoded(record)), record);
  EXPECT_EQ(encoded(record).find("resp_1 file-2"), std::string::npos);
}

TEST(RecordCodec, TellsZeroFromUnknown) {
  usage::UsageRecord record = sample_intent(1);
  record.tokens.prompt = 0;
  record.time_to_first_byte_ms = 0;
  const auto read = decode_record(encoded(record));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->tokens.prompt, 0);
  EXPECT_EQ(read->tokens.completion, std::nullopt);
  EXPECT_EQ(read->time_to_first_byte_ms, 0);
  EXPECT_EQ(read->gateway_overhead_ms, std::nullopt);
}

TEST(RecordCodec, AppendsToWhatIsThere) {
  std::string out = "abc";
  encode_record(sample_intent(1), out);
  EXPECT_EQ(out, "abc" + encoded(sample_intent(1)));
}

// What is cut off is unknown, never wrong: only whole fields of the original come back.
TEST(RecordCodec, ReadsNoFieldThatIsCutOff) {
  const std::string payload = encoded(filled_record());
  const std::set<std::size_t> ends = boundaries(payload);
  for (std::size_t size = 0; size < payload.size(); ++size) {
    const std::vector<char> cut(payload.begin(),
                                payload.begin() + static_cast<std::ptrdiff_t>(size));
    const auto read = decode_record({cut.data(), cut.size()});
    EXPECT_EQ(read.has_value(), size > 0 && ends.contains(size)) << size;
    if (!read) continue;
    EXPECT_EQ(encoded(*read).substr(0, size), payload.substr(0, size)) << size;
  }
}

// An answer of many items leaves many ids, and each of them is its client's.
TEST(RecordCodec, HasRoomForHundredsOfIds) {
  usage::UsageRecord record = filled_record();
  record.stored_objects.assign(500, "msg_" + std::string(50, 'a'));
  EXPECT_EQ(decode_record(encoded(record))->stored_objects.size(), 500U);
  record.stored_objects.assign(1000, "msg_" + std::string(50, 'a'));
  EXPECT_EQ(decode_record(encoded(record))->stored_objects.size(), kLongestIds / 54);
}

TEST(RecordCodec, BoundsARecord) {
  const std::string payload = encoded(largest_record(1));
  EXPECT_LE(payload.size(), kLargestPayload);
  const auto read = decode_record(payload);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->end_user.size(), kLongestText);
  EXPECT_EQ(read->tags.size(), kMostTags);
  EXPECT_EQ(read->attempts.size(), kMostAttempts);
  EXPECT_EQ(read->attempts.back().error.size(), kLongestText);
  EXPECT_EQ(read->cost_components.size(), kMostComponents);
  EXPECT_EQ(read->cost_components.back().price.size(), kLongestComponentText);
  EXPECT_EQ(read->tokens.total, 1);
  EXPECT_EQ(read->stored_objects,
            std::vector<std::string>(kLongestIds / 100, std::string(100, 'i')));
}

TEST(RecordCodec, SkipsFieldsOfALaterVersion) {
  const std::string payload =
      field(200, "later") + encoded(sample_close(1)) + field(0, "") + field(255, "\x01");
  EXPECT_EQ(decode_record(payload), sample_close(1));
  EXPECT_EQ(decode_record_id(payload), sample_id(1));
}

TEST(RecordCodec, RefusesWhatNoRecordHolds) {
  const std::string good = encoded(sample_close(1));
  EXPECT_FALSE(decode_record(""));
  EXPECT_FALSE(decode_record(field(4, "team-a"))) << "no id";
  EXPECT_FALSE(decode_record(field(1, std::string(16, '\0')))) << "the nil id";
  EXPECT_FALSE(decode_record(field(1, std::string(15, 'x'))));
  EXPECT_FALSE(decode_record(good + field(24, "123"))) << "a number of three bytes";
  EXPECT_FALSE(decode_record(good + field(28, std::string(9, '\0'))));
  EXPECT_FALSE(decode_record(good + field(25, std::string("\x06\0\0\0\0\0\0\0", 8))))
      << "no outcome";
  EXPECT_FALSE(decode_record(good + field(38, std::string(8, '\xFF')))) << "no basis";
  EXPECT_FALSE(decode_record(good + field(2, std::string(7, '\0') + "\x70")))
      << "no clock goes there";
  EXPECT_FALSE(decode_record(good + field(5, "\x05")));
  EXPECT_FALSE(decode_record(good + field(45, std::string("\x01\0\0\0x", 5))));
}

TEST(RecordCodec, FindsTheIdAlone) {
  EXPECT_EQ(decode_record_id(encoded(filled_record())), filled_record().record_id);
  const std::string elsewhere = field(4, "team-a") + encoded(sample_intent(7));
  EXPECT_EQ(decode_record_id(elsewhere), sample_id(7));
  EXPECT_FALSE(decode_record_id(""));
  EXPECT_FALSE(decode_record_id(field(4, "team-a")));
  EXPECT_FALSE(decode_record_id(encoded(sample_intent(7)).substr(0, 10)));
}

// E8: whatever the bytes are, they are read within their bounds, and what is read can be written
// again.
TEST(RecordCodec, SurvivesAnyBytes) {
  const std::string payload = encoded(filled_record());
  std::mt19937 random(3);
  int read = 0;
  for (int round = 0; round < 2000; ++round) {
    std::vector<char> bytes(payload.begin(), payload.end());
    for (std::size_t i = 1 + random() % 3; i > 0; --i) {
      bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    const auto record = decode_record({bytes.data(), bytes.size()});
    if (!record) continue;
    ++read;
    EXPECT_TRUE(decode_record(encoded(*record))) << round;
  }
  EXPECT_GT(read, 400);
}

TEST(EncodedComponents, AreReadWithoutDecodingThem) {
  const std::vector<usage::CostComponent> all{{"input", 210, "4", 1'000'000, "-12", 739'200},
                                              {"web_search", 3, "0.014", 1, "", 42}};
  std::string bytes;
  encode_components(all, bytes);
  EncodedComponents read(bytes);
  for (usage::CostComponent one : all) {
    ASSERT_TRUE(read.next());
    EXPECT_EQ(read.quantity(), one.quantity);
    EXPECT_EQ(read.cost_nano(), one.cost_nano);
    one.quantity = one.cost_nano = 0;
    std::string price;
    encode_components({one}, price);
    EXPECT_EQ(read.price(), price);
  }
  EXPECT_FALSE(read.next());
  EXPECT_FALSE(read.failed());
  for (std::size_t size = 1; size < bytes.size(); ++size) {
    EncodedComponents cut(std::string_view(bytes).substr(0, size));
    while (cut.next()) continue;
    EXPECT_EQ(cut.failed(), !decode_components(bytes.substr(0, size)).has_value()) << size;
  }
}

}  // namespace
}  // namespace tollgate::ledger
