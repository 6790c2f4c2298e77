// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/usage/usage_record.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace tollgate::usage {
namespace {

TEST(Outcome, KeepsItsWordsBothWays) {
  std::set<std::string_view> words;
  for (int i = 0; i <= static_cast<int>(Outcome::interrupted); ++i) {
    const auto outcome = static_cast<Outcome>(i);
    words.insert(to_string(outcome));
    EXPECT_EQ(outcome_from_string(to_string(outcome)), outcome);
  }
  EXPECT_EQ(words, (std::set<std::string_view>{"completed", "client_aborted", "backend_error",
                                               "timeout", "refused", "interrupted"}));
}

TEST(UsageBasis, KeepsItsWordsBothWays) {
  std::set<std::string_view> words;
  for (int i = 0; i <= static_cast<int>(UsageBasis::reported); ++i) {
    const auto basis = static_cast<UsageBasis>(i);
    words.insert(to_string(basis));
    EXPECT_EQ(basis_from_string(to_string(basis)), basis);
  }
  EXPECT_EQ(words, (std::set<std::string_view>{"none", "estimated", "partial", "reported"}));
}

TEST(UsageRecord, KnowsNoOtherWords) {
  for (const char* const text : {"", "Completed", "completed ", "unknown"}) {
    EXPECT_FALSE(outcome_from_string(text)) << text;
    EXPECT_FALSE(basis_from_string(text)) << text;
  }
}

}  // namespace
}  // namespace tollgate::usage
