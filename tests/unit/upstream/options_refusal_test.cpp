// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "options_refusal.hpp"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

namespace tollgate::upstream {
namespace {

struct Case {
  const char* name;
  int status;
  std::string body;
  bool asked_again;
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

class OptionsRefusal : public testing::TestWithParam<Case> {};

TEST_P(OptionsRefusal, IsSupposedUnlessTheCodeNamesAnotherCause) {
  EXPECT_EQ(may_refuse_options(GetParam().status, GetParam().body), GetParam().asked_again);
}

INSTANTIATE_TEST_SUITE_P(
    A4, OptionsRefusal,
    testing::Values(
        Case{"azure", 400,
             R"({"error":{"message":"Unrecognized request argument supplied: stream_options",)"
             R"("type":"invalid_request_error","param":null,"code":null}})",
             true},
        Case{"extra_forbidden", 422,
             R"({"detail":[{"type":"extra_forbidden","loc":["body","stream_options"],)"
             R"("msg":"Extra inputs are not permitted"}]})",
             true},
        Case{"the_member_only", 400, R"({"message":"unknown field include_usage"})", true},
        Case{
            "in_a_wrapper", 400,
            R"({"error":{"code":"BadRequest","message":"upstream: {\"error\":\"stream_options\"}"}})",
            true},
        Case{"no_words_at_all", 400, "", true}, Case{"no_json", 405, "<html>405</html>", true},
        Case{"no_such_page", 404, R"({"detail":"Not Found"})", true},
        Case{"media_type", 415, "Unsupported Media Type", true},
        Case{"named_beside_another_code", 400,
             R"({"error":{"code":"model_not_found","message":"no stream_options here"}})", true},
        Case{"filtered_prompt", 400,
             R"({"error":{"code":"content_filter","status":400,)"
             R"("innererror":{"code":"ResponsibleAIPolicyViolation"}}})",
             false},
        Case{"filtered_prompt_inside_only", 400,
             R"({"error":{"code":"400","inner_error":{"code":"ResponsibleAIPolicyViolation"}}})",
             false},
        Case{"filtered_prompt_that_names_the_option", 400,
             R"({"error":{"code":"content_filter","message":"include_usage stream_options"}})",
             false},
        Case{"filtered_prompt_in_details", 400,
             R"({"error":{"code":"400","details":[{"code":"content_filter"}]}})", false},
        Case{"filtered_prompt_in_a_list", 400, R"([{"error":{"code":"content_filter"}}])", false},
        Case{"filtered_prompt_in_a_text", 400,
             R"({"error":{"message":"upstream: {\"error\":{\"code\":\"content_filter\"}}"}})",
             false},
        Case{"too_long", 400, R"({"error":{"code":"context_length_exceeded"}})", false},
        Case{"no_deployment", 404, R"({"error":{"code":"DeploymentNotFound"}})", false},
        Case{"by_type", 404, R"({"error":{"code":null,"type":"model_not_found"}})", false},
        Case{"without_a_wrapper", 400, R"({"code":"OperationNotSupported"})", false},
        Case{"unauthorized", 401, R"({"error":{"message":"stream_options"}})", false},
        Case{"throttled", 429, "", false}, Case{"failed", 500, "stream_options", false},
        Case{"served", 200, "stream_options", false}),
    [](const auto& info) { return info.param.name; });

TEST(OptionsRefusal, AnyDepthIsReadWithinBounds) {
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += R"({"error":)";
  EXPECT_TRUE(may_refuse_options(400, deep));
}

}  // namespace
}  // namespace tollgate::upstream
