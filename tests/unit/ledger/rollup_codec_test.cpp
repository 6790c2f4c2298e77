// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "rollup_codec.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "component_codec.hpp"
#include "record_codec.hpp"
#include "sample_record.hpp"

namespace tollgate::ledger {
namespace {

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
  encode_sums(sums, bytes);
  RollupSums back;
  ASSERT_TRUE(add_encoded_sums(bytes, back));
  EXPECT_EQ(back.counts, sums.counts);
  EXPECT_EQ(back.prices, sums.prices);
  EXPECT_EQ(back.last_time, -5);
  for (std::size_t size = 0; size + 1 < bytes.size(); ++size) {
    RollupSums cut;
    const bool taken = add_encoded_sums(bytes.substr(0, size), cut);
    EXPECT_TRUE(!taken || cut.prices.empty()) << size;
  }
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
