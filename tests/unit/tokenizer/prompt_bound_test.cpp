// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/tokenizer/prompt_bound.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "tollgate/tokenizer/prompt_estimate.hpp"

namespace tollgate::tokenizer {
namespace {

TEST(PromptBound, IsNeverBelowTheCount) {
  std::string noise;
  for (int i = 1; i < 128; ++i) {
    if (i >= ' ' && i != '"' && i != '\\') noise.push_back(static_cast<char>(i));
  }
  std::string empty_messages = R"({"messages":[{})";
  for (int i = 0; i < 1000; ++i) empty_messages += ",{}";
  empty_messages += "]}";
  const std::vector<std::pair<RequestShape, std::string>> bodies{
      {RequestShape::chat, R"({"messages":[{"role":"user","content":"Hi"}]})"},
      {RequestShape::chat, R"({"messages":[{"role":"user","content":")" + noise + R"("}]})"},
      {RequestShape::chat, R"({"messages":[{"role":"user","content":"\u00e9\ud83d\ude00"}]})"},
      {RequestShape::chat, empty_messages},
      {RequestShape::chat, R"({"functions":[{"name":"f"}]})"},
      {RequestShape::chat, R"({"functions":[{"name":"f","parameters":{"properties":)"
                           R"({"a":{"enum":["b","c","d","e","f","g","h"]},"i":{},"j":{}}}}]})"},
      {RequestShape::completions, R"({"prompt":[1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9]})"},
      {RequestShape::completions, "{}"},
      {RequestShape::embeddings, R"({"input":["a","b","c","!"]})"},
      {RequestShape::responses, R"({"input":"a","instructions":"b"})"}};
  for (const auto& [shape, body] : bodies) {
    const auto counted = estimate_prompt(shape, "gpt-4", body);
    ASSERT_TRUE(counted) << body;
    const auto bound = prompt_bound(body);
    ASSERT_TRUE(bound) << body;
    EXPECT_GE(*bound, counted->tokens) << body;
  }
}

TEST(PromptBound, WhatIsMoreThanItsTextMustBeCounted) {
  for (const char* const type :
       {"image_url", "input_image", "input_audio", "input_file", "file\",\"file\":{\"file_id",
        "file\",\"file\":{\"filename\":\"a\",\"file_data", "image\\u005furl"}) {
    EXPECT_FALSE(prompt_bound("{\"type\":\"" + std::string(type) + "\"}")) << type;
  }
  EXPECT_TRUE(prompt_bound(R"({"content":"a file, and <\u003e\u00e9"})"));
}

}  // namespace
}  // namespace tollgate::tokenizer
