// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/usage/filter_refusal.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tollgate::usage {
namespace {

TEST(FilterRefusal, IsOneByAnyOfItsWordsWhereverTheyStand) {
  for (const char* const error :
       {R"({"code":"content_filter","status":400})", R"({"type":"content_filter"})",
        R"({"code":"Content_Filter"})", R"({"code":"content_policy_violation"})",
        R"({"code":"400","innererror":{"code":"ResponsibleAIPolicyViolation"}})",
        R"({"code":"400","inner_error":{"code":"ResponsibleAIPolicyViolation"}})",
        R"({"error":{"code":null,"details":[{"code":"content_filter"}]}})",
        R"([{"error":{"code":"content_filter"}}])",
        R"({"message":"upstream: {\"error\":{\"code\":\"content_filter\"}}"})",
        R"("{\"code\":\"content_filter\"}")", R"(upstream: {"code":"content_filter"})"}) {
    EXPECT_TRUE(is_filter_refusal(error)) << error;
  }
}

TEST(FilterRefusal, IsNoneByWhatOnlySpeaksOfIt) {
  for (const char* const error :
       {"", "null", "12", R"({})", R"({"code":"400","message":"content_filter"})",
        R"({"code":"invalid_request_error","param":"content_filter"})",
        R"({"content_filter_result":{"hate":{"filtered":true}}})", R"({"code":"content_filter")",
        R"({"code":["content_filter"]})"}) {
    EXPECT_FALSE(is_filter_refusal(error)) << error;
  }
}

TEST(FilterRefusal, IsLookedForSomeLevelsDeep) {
  std::string error = R"({"code":"content_filter"})";
  for (int i = 0; i < 8; ++i) error = R"({"innererror":)" + error + "}";
  EXPECT_TRUE(is_filter_refusal(error));
  EXPECT_FALSE(is_filter_refusal(R"({"innererror":)" + error + "}"));
}

}  // namespace
}  // namespace tollgate::usage
