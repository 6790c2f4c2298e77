// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "tollgate/tokenizer/tokenizer.hpp"

namespace tollgate::tokenizer {
namespace {

TEST(EncodingForModel, TheLongestNameDecides) {
  for (const std::string_view model :
       {"gpt-4o", "gpt-4o-mini-2024-07-18", "gpt-4.1-nano", "gpt-4.5-preview", "gpt-5",
        "gpt-5.1-codex", "o1-preview", "o3-mini", "o4-mini", "chatgpt-4o-latest", "gpt-oss-120b",
        "GPT-4o", "ft:gpt-4o-mini:acme::1", "gpt-4o-2024-08-06.ft-0123"}) {
    const EncodingChoice choice = encoding_for_model(model);
    EXPECT_EQ(to_string(choice.encoding), "o200k_base") << model;
    EXPECT_TRUE(choice.known) << model;
  }
  for (const std::string_view model :
       {"gpt-4", "gpt-4-32k", "gpt-4-turbo-2024-04-09", "gpt-35-turbo-16k", "gpt-3.5-turbo-0125",
        "text-embedding-3-large", "text-embedding-ada-002", "davinci-002", "babbage-002",
        "ft:gpt-4-0613:acme"}) {
    const EncodingChoice choice = encoding_for_model(model);
    EXPECT_EQ(to_string(choice.encoding), "cl100k_base") << model;
    EXPECT_TRUE(choice.known) << model;
  }
}

TEST(EncodingForModel, SaysWhenItGuesses) {
  for (const std::string_view model :
       {"", "ft:", "gpt", "DeepSeek-R1", "chat-production", "text-embedding", "my-gpt-4o"}) {
    const EncodingChoice choice = encoding_for_model(model);
    EXPECT_EQ(choice.encoding, Encoding::o200k_base) << model;
    EXPECT_FALSE(choice.known) << model;
  }
}

}  // namespace
}  // namespace tollgate::tokenizer
