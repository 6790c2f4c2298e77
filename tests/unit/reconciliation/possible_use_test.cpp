// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/reconciliation/possible_use.hpp"

#include <gtest/gtest.h>

#include "reconciled.hpp"

namespace tollgate::reconciliation {
namespace {

using pricing::PriceClass;
using usage::UsageBasis;
using usage::UsageRecord;

std::string possible(const UsageRecord& record) {
  const PossibleUse use = possible_use(record, pricing::quantities_of(record));
  return pricing::to_decimal(use.tokens_in, 0) + " " + pricing::to_decimal(use.tokens_out, 0) +
         " " + pricing::to_decimal(use.requests, 0);
}

TEST(PossibleUse, OfWhatTheBackendReportedIsNone) { EXPECT_EQ(possible(chat_record()), "0 0 0"); }

TEST(PossibleUse, OfAPartialOneIsWhatWasNotTold) {
  UsageRecord record = chat_record();
  record.usage_basis = UsageBasis::partial;
  record.usage_reason = "not_all_counted";
  EXPECT_EQ(possible(record), "0 0 0") << "its counts are whole";
  record.usage_reason = "answer_cut_off";
  EXPECT_EQ(possible(record), "0 127900 0");
  record.usage_reason = "count_missing";
  record.tokens.completion = std::nullopt;
  EXPECT_EQ(possible(record), "0 128000 0");
}

TEST(PossibleUse, OfAnEstimateIsTheLargestRequestLessTheEstimate) {
  UsageRecord record = chat_record();
  record.usage_basis = UsageBasis::estimated;
  EXPECT_EQ(possible(record), "1049000 127900 0");
}

TEST(PossibleUse, OfWhatNothingIsKnownOfIsTheLargestRequest) {
  UsageRecord record = chat_record();
  record.usage_basis = UsageBasis::none;
  record.usage_reason = "no_answer";
  record.tokens = {};
  EXPECT_EQ(possible(record), "1050000 128000 0");
  record.operation_id = "Embeddings_Create";
  EXPECT_EQ(possible(record), "1050000 0 0");
  record.operation_id = "Batches_Create";
  EXPECT_EQ(possible(record), "0 0 0") << "of how many requests nobody knows";
}

TEST(PossibleUse, OfAStoppedGatewayIsARequestThatItDidNotWriteDown) {
  UsageRecord record = chat_record();
  record.outcome = usage::Outcome::interrupted;
  EXPECT_EQ(possible(record), "0 0 0");
  record.attempts.clear();
  EXPECT_EQ(possible(record), "0 0 1");
}

TEST(PossibleUse, IsOfTheSideThatAClassIsOn) {
  const PossibleUse use{1, 2, 3};
  EXPECT_TRUE(use.of(PriceClass::cached_input) == 1);
  EXPECT_TRUE(use.of(PriceClass::image_output) == 2);
  EXPECT_TRUE(use.of(PriceClass::web_search) == 0);
  EXPECT_TRUE(use.of(Metric::requests) == 3);
}

}  // namespace
}  // namespace tollgate::reconciliation
