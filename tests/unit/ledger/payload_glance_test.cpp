// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "payload_glance.hpp"

#include <gtest/gtest.h>

#include <string>

#include "record_codec.hpp"
#include "sample_record.hpp"

namespace tollgate::ledger {
namespace {

std::string encoded(const usage::UsageRecord& record) {
  std::string out;
  encode_record(record, out);
  return out;
}

// The numbers of the fields have their home in record_fields.hpp; these must be the same.
TEST(PayloadGlance, SeesWhatDecodingSees) {
  for (const usage::UsageRecord& record :
       {filled_record(), filled_finished_record(), sample_intent(3), sample_close(4)}) {
    const auto glance = glance_at(encoded(record));
    ASSERT_TRUE(glance);
    EXPECT_EQ(glance->record_id, record.record_id);
    EXPECT_EQ(glance->event_time, to_unix_micros(record.event_time));
    EXPECT_EQ(glance->awaits, !record.follow_path.empty());
    EXPECT_EQ(glance->made_objects, !record.stored_objects.empty());
  }
}

TEST(PayloadGlance, RefusesWhatIsNoSequenceOfFields) {
  const std::string whole = encoded(sample_close(1));
  std::size_t refused = 0;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto glance = glance_at(whole.substr(0, size));
    refused += glance ? 0 : 1;
    EXPECT_EQ(glance.value_or(PayloadGlance{.record_id = sample_id(1)}).record_id, sample_id(1));
  }
  EXPECT_GT(refused, whole.size() / 2);
  EXPECT_FALSE(glance_at("x"));
  EXPECT_FALSE(glance_at(std::string(21, '\0'))) << "no id";
}

}  // namespace
}  // namespace tollgate::ledger
