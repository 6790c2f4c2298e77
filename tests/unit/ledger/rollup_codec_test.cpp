// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "rollup_codec.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "component_codec.hpp"
#include "record_codec.hpp"
#include "sample_record.hpp"

namespace tollgate::ledger {
namespace {

constexpr RollupPlace kPlace{kQuarterHour, 900, 5, RollupKind::records};

TEST(RollupCodec, EveryNumberOfItsWidthComesBack) {
  RollupSums sums;
  const Int128 largest = std::numeric_limits<std::int64_t>::max();
  sums.counts[0] = largest * largest;
  sums.counts[1] = -largest * largest;
  sums.counts[2] = -1;
  sums.counts[kRollupCounts - 1] = 127;
  sums.prices = {{3, 1, largest * 1000, -largest * 1000}};
  sums.last_time = -5;
  std::string bytes;
  encode_sums(sums, kPlace, bytes);
  RollupSums back;
  ASSERT_TRUE(add_encoded_sums(bytes, kPlace, back));
  EXPECT_EQ(back.counts, sums.counts);
  EXPECT_EQ(back.prices, sums.prices);
  EXPECT_EQ(back.last_time, -5);
  for (std::size_t size = 0; size + 1 < bytes.size(); ++size) {
    RollupSums cut;
    EXPECT_FALSE(add_encoded_sums(bytes.substr(0, size), kPlace, cut)) << size;
  }
}

// A year of sums whose records are gone could change, and nobody could tell.
TEST(RollupCodec, AFlippedBitAndAnotherRowsPlaceAreTold) {
  RollupSums sums;
  for (std::size_t i = 0; i < kRollupCounts; ++i) sums.counts[i] = static_cast<Int128>(i * 1'000);
  sums.prices = {{3, 1, 5, 7}, {4, 2, 6, 8}};
  sums.last_time = 1'790'035'200'000'000;
  std::string bytes;
  encode_sums(sums, kPlace, bytes);
  EXPECT_FALSE(lacks_check_sum(bytes));
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string flipped = bytes;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    RollupSums back;
    EXPECT_FALSE(add_encoded_sums(flipped, kPlace, back)) << bit;
  }
  for (const RollupPlace& other : {RollupPlace{kUtcDay, 900, 5, RollupKind::records},
                                   RollupPlace{kQuarterHour, 1'800, 5, RollupKind::records},
                                   RollupPlace{kQuarterHour, 900, 6, RollupKind::records},
                                   RollupPlace{kQuarterHour, 900, 5, RollupKind::corrections}}) {
    RollupSums back;
    EXPECT_FALSE(add_encoded_sums(bytes, other, back));
  }
}

// 28 sums, when the last began, and one price.
TEST(RollupCodec, WhatAnEarlierVersionWroteIsTaken) {
  std::string bytes("\x38\x0E");
  bytes.append(27, '\0').append("\x04").append("\x06\x02\x04\x0A");
  EXPECT_TRUE(lacks_check_sum(bytes));
  RollupSums back;
  ASSERT_TRUE(add_encoded_sums(bytes, kPlace, back));
  EXPECT_TRUE(back.counts[0] == 7);
  EXPECT_EQ(back.last_time, 2);
  EXPECT_EQ(back.prices, (std::vector<PriceSums>{{3, 1, 2, 5}}));
}

TEST(RollupCodec, TakesOfARecordWhatItsDecodingSays) {
  const usage::UsageRecord record = filled_finished_record();
  std::string payload;
  encode_record(record, payload);
  const RollupShare share = read_share(payload);
  const usage::UsageRecord dimensions = decode_fields(share.dimensions).value();
  EXPECT_EQ(dimensions.client_name, record.client_name);
  EXPECT_EQ(dimensions.tags, record.tags);
  EXPECT_EQ(dimensions.cost_basis, record.cost_basis);
  EXPECT_EQ(dimensions.caller_ip_address, "") << "a client's own words are no dimension";
  EXPECT_EQ(decode_components(share.components), record.cost_components);
  EXPECT_TRUE(share.sums[RollupCount::cost_nano] == *record.cost_nano);
  EXPECT_TRUE(share.sums[RollupCount::cached_image_tokens] == *record.tokens.cached_image);
  EXPECT_TRUE(share.sums[RollupCount::with_total] == 1);
  EXPECT_EQ(share.event_time, to_unix_micros(record.event_time));
}

}  // namespace
}  // namespace tollgate::ledger
