// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/usage/asked_output.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <optional>
#include <string>

#include "tollgate/usage/request_scan.hpp"

namespace tollgate::usage {
namespace {

AskedOutput asked(const std::string& body) { return scan_request(body).value().asked_output; }

TEST(AskedOutput, IsWhatAnyOfTheThreeNamesSays) {
  EXPECT_EQ(asked(R"({"max_tokens":7})").most(), 7);
  EXPECT_EQ(asked(R"({"max_completion_tokens":8})").most(), 8);
  EXPECT_EQ(asked(R"({"max_output_tokens":9})").most(), 9);
  EXPECT_EQ(asked(R"({"max\u005ftokens":7})").most(), 7);
  EXPECT_EQ(asked(R"({})").most(), std::nullopt);
  EXPECT_EQ(asked(R"({"max_tokens":null})").most(), std::nullopt);
}

TEST(AskedOutput, OfTwoTheLargerCountsWhicheverABackendTakes) {
  EXPECT_EQ(asked(R"({"max_tokens":7,"max_completion_tokens":100})").most(), 100);
  EXPECT_EQ(asked(R"({"max_tokens":100,"max_tokens":7})").most(), 100);
}

TEST(AskedOutput, WhatIsNotSureIsNoCap) {
  EXPECT_EQ(asked(R"({"max_tokens":7,"Max_Tokens":9})").most(), std::nullopt);
  EXPECT_EQ(asked(R"({"max_tokens":"7"})").most(), std::nullopt);
  EXPECT_EQ(asked(R"({"max_tokens":7.5})").most(), std::nullopt);
  EXPECT_EQ(asked(R"({"max_tokens":-1})").most(), std::nullopt);
  EXPECT_EQ(asked(R"({"max_tokens":99999999999999999999})").most(), std::nullopt);
  EXPECT_EQ(asked(R"({"metadata":{"max_tokens":7}})").most(), std::nullopt) << "nested";
}

TEST(AskedOutput, HoldsForEachChoiceAndEachPrompt) {
  EXPECT_EQ(asked(R"({"max_tokens":7,"n":3})").most(), 21);
  EXPECT_EQ(asked(R"({"max_tokens":7,"n":3,"best_of":5})").most(), 35);
  EXPECT_EQ(asked(R"({"max_tokens":7,"n":2,"prompt":["a","b, c","d\",e"]})").most(), 42);
  EXPECT_EQ(asked(R"({"max_tokens":7,"prompt":[[1,2],[3]]})").most(), 14);
  EXPECT_EQ(asked(R"({"max_tokens":7,"prompt":[1,2,3]})").most(), 7) << "one prompt of tokens";
  EXPECT_EQ(asked(R"({"max_tokens":7,"prompt":"a, b"})").most(), 7);
  EXPECT_EQ(asked(R"({"max_tokens":7,"n":0})").most(), 7);
}

TEST(AskedOutput, OfALongListAsManyPromptsAsAnyBackendTakes) {
  const std::string list = "[\"" + std::string(kLongestPromptList, 'a') + "\"]";
  EXPECT_EQ(count_prompts(list), kMostPrompts);
  EXPECT_EQ(count_prompts("[ ]"), 1);
  EXPECT_EQ(count_prompts("["), 1);
}

TEST(AskedOutput, WhatNoNumberHoldsIsNoCap) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ((AskedOutput{kMost, 2}).most(), std::nullopt);
  EXPECT_EQ((AskedOutput{kMost, 1}).most(), kMost);
  AskedOutputReader reader;
  reader.take("n", std::to_string(kMost));
  reader.take("prompt", R"(["a","b"])");
  EXPECT_EQ(reader.result().answers, kMost);
}

}  // namespace
}  // namespace tollgate::usage
