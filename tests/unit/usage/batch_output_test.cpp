// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/usage/batch_output.hpp"

#include <gtest/gtest.h>

#include <string>

#include "outcome_words.hpp"

namespace tollgate::usage {
namespace {

std::string line(const std::string& body, int status = 200) {
  return R"({"custom_id":"1","response":{"status_code":)" + std::to_string(status) + R"(,"body":)" +
         body + "},\"error\":null}\n";
}

const std::string kChat =
    line(R"({"model":"gpt-4o","usage":{"prompt_tokens":5,"completion_tokens":2,"total_tokens":7,)"
         R"("prompt_tokens_details":{"cached_tokens":3}}})");
const std::string kResponse =
    line(R"({"model":"gpt-5.1","usage":{"input_tokens":10,"output_tokens":1,"total_tokens":11}})");
const std::string kRefused = line(R"({"error":{"code":"DeploymentNotFound"}})", 404);
const std::string kSilent = line(R"({"model":"gpt-4o"})");
const std::string kMalformed = line(R"({"model":"gpt-4o","usage":{"prompt_tokens":-5}})");

std::string sum(const std::string& lines) { return words(sum_batch_output(lines)); }

TEST(BatchOutput, IsSummedOverItsLines) {
  EXPECT_EQ(sum(kChat + kResponse + "\r\n\n" + kChat),
            "partial prompt=20 completion=5 total=25 cached=6 reason=several_models model=gpt-4o")
      << "one price cannot be everybody's";
  EXPECT_EQ(sum(kChat + "\r\n\n" + kChat),
            "reported prompt=10 completion=4 total=14 cached=6 model=gpt-4o");
  EXPECT_EQ(sum(kChat.substr(0, kChat.size() - 1)),
            "reported prompt=5 completion=2 total=7 cached=3 model=gpt-4o")
      << "the last line needs no end";
}

TEST(BatchOutput, OwesNothingForRequestsThatWereRefused) {
  EXPECT_EQ(sum(kRefused + kChat), "reported prompt=5 completion=2 total=7 cached=3 model=gpt-4o");
  EXPECT_EQ(sum(R"({"custom_id":"1","response":null,"error":{"code":"batch_expired"}})"),
            "none reason=no_usage_in_answer");
  EXPECT_EQ(sum(kRefused + kRefused), "none reason=error_answer");
  EXPECT_EQ(sum(kRefused + kSilent), "none reason=no_usage_in_answer");
  EXPECT_EQ(sum(""), "none reason=no_usage_in_answer");
}

// promise 4: never a silent zero
TEST(BatchOutput, SaysWhatItCouldNotCount) {
  const std::string filtered = line(R"({"error":{"code":"content_filter"}})", 400);
  EXPECT_EQ(sum(filtered), "none reason=no_usage_in_answer") << "the prompt is charged";
  const std::string inside =
      line(R"({"error":{"code":"400","innererror":{"code":"ResponsibleAIPolicyViolation"}}})", 400);
  EXPECT_EQ(sum(inside), "none reason=no_usage_in_answer") << "likewise";
  EXPECT_EQ(sum(kChat + filtered),
            "partial prompt=5 completion=2 total=7 cached=3 "
            "reason=no_usage_in_answer model=gpt-4o");
  EXPECT_EQ(sum(kChat + kSilent),
            "partial prompt=5 completion=2 total=7 cached=3 "
            "reason=no_usage_in_answer model=gpt-4o");
  EXPECT_EQ(sum(kChat + kMalformed),
            "partial prompt=5 completion=2 total=7 cached=3 "
            "reason=usage_malformed model=gpt-4o");
  EXPECT_EQ(sum("{\"cut\":" + std::string(3, '\0')), "none reason=usage_malformed");
}

TEST(BatchOutput, IsReportedOnlyWhenNothingElseIsBilled) {
  const std::string usage = R"("usage":{"input_tokens":1,"output_tokens":2,"total_tokens":3)";
  const auto sum_with = [&](const std::string& more) {
    return sum(line("{" + more + usage + "}}"));
  };
  const std::string counts = "partial prompt=1 completion=2 total=3 reason=not_all_counted,";
  EXPECT_EQ(sum_with(R"("tool_usage":{"x":{"y":1}},)"), counts + "tool_usage");
  EXPECT_EQ(sum_with(R"("output":[{"type":"code_interpreter_call"}],)"),
            counts + "tool_calls code_interpreter=1");
  EXPECT_EQ(sum(line("{" + usage + R"(,"seconds":2}})")), counts + "seconds");
  EXPECT_EQ(sum(line(R"({"usage":{"output_tokens":2}})")),
            "partial completion=2 reason=count_missing");
  EXPECT_EQ(sum(line(R"({"usage":{"input_tokens":4,"output_tokens":2,"total_tokens":3}})")),
            "partial prompt=4 completion=2 total=3 reason=counts_contradict");
  EXPECT_EQ(sum_with(R"("output":[{"type":"web_search_call"},{"type":"web_search_call"}],)"),
            "reported prompt=1 completion=2 total=3 web_search=2");
  EXPECT_EQ(sum_with(R"("output":[{"type":"web_search_call"}],)"
                     R"("tool_usage":{"web_search":{"num_requests":3}},)"),
            "reported prompt=1 completion=2 total=3 web_search=3");
  EXPECT_EQ(sum_with(R"("output":[{"type":"web_search_call","status":"failed"}],)"),
            counts + "failed_web_searches");
  EXPECT_EQ(sum_with(R"("output":[{"status":"failed","type":"web_search_call"}],)"
                     R"("tool_usage":{"web_search":{"num_requests":1}},)"),
            "reported prompt=1 completion=2 total=3 web_search=1")
      << "the number says what is billed";
  EXPECT_EQ(sum_with(R"("output":[{"type":"computer_call"}],)"),
            "reported prompt=1 completion=2 total=3 computer_use=1");
  EXPECT_EQ(sum_with(R"("output":[{"type":"message"}],)"),
            "reported prompt=1 completion=2 total=3");
}

TEST(BatchOutput, AddsTheCallsOfItsAnswers) {
  const std::string one = line(R"({"output":[{"type":"file_search_call"}],)"
                               R"("usage":{"input_tokens":1,"output_tokens":2,"total_tokens":3}})");
  EXPECT_EQ(sum(one + one), "reported prompt=2 completion=4 total=6 file_search=2");
}

TEST(BatchOutput, KnowsItsLongestPrompt) {
  const auto with_prompt = [](int tokens) {
    return line(R"({"usage":{"output_tokens":1,"input_tokens":)" + std::to_string(tokens) + "}}");
  };
  EXPECT_EQ(sum_batch_output(with_prompt(5) + with_prompt(9) + with_prompt(2)).longest_prompt, 9);
  EXPECT_EQ(sum_batch_output(kRefused).longest_prompt, std::nullopt);
}

}  // namespace
}  // namespace tollgate::usage
