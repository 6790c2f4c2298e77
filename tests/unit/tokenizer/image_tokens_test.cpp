// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "image_tokens.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace tollgate::tokenizer {
namespace {

struct Case {
  std::string_view model;
  std::string_view detail;
  std::optional<ImageSize> size;
  std::uint64_t tokens;
  bool guessed;
};

TEST(ImageTokens, FollowTheTileRule) {
  const std::vector<Case> cases{
      {"gpt-4o", "low", std::nullopt, 85, false},
      {"gpt-4o", "low", ImageSize{4096, 8192}, 85, false},
      {"gpt-4o", "high", ImageSize{1024, 1024}, 765, false},  // OpenAI's examples
      {"gpt-4o", "high", ImageSize{2048, 4096}, 1105, false},
      {"gpt-4o", "high", ImageSize{1920, 1080}, 1105, false},
      {"gpt-4o", "high", ImageSize{128, 64}, 255, false},  // never scaled up
      {"gpt-4o", "high", ImageSize{512, 512}, 255, false},
      {"gpt-4o", "high", ImageSize{513, 512}, 425, false},
      {"gpt-4o", "high", ImageSize{1, 4294967295}, 765, false},
      {"gpt-4o-mini-2024-07-18", "low", std::nullopt, 2833, false},
      {"gpt-4o-mini", "high", ImageSize{128, 64}, 8500, false},
      {"o1", "high", ImageSize{128, 64}, 225, false},
      {"gpt-5", "high", ImageSize{128, 64}, 210, false},
  };
  for (const auto& c : cases) {
    const ImageTokens counted = image_tokens(c.model, c.detail, c.size);
    EXPECT_EQ(counted.tokens, c.tokens)
        << c.model << ' ' << c.detail << ' ' << (c.size ? c.size->width : 0);
    EXPECT_EQ(counted.guessed, c.guessed) << c.model << ' ' << c.detail;
  }
}

TEST(ImageTokens, SayWhatIsGuessed) {
  const std::vector<Case> cases{
      {"gpt-4o", "high", std::nullopt, 85, true},            // no size: as low
      {"gpt-4o", "auto", ImageSize{1024, 1024}, 765, true},  // the model chooses
      {"gpt-4o", "", ImageSize{1024, 1024}, 765, true},
      {"gpt-4.1-mini", "high", ImageSize{512, 512}, 255, true},  // by patches
      {"gpt-5.2", "low", std::nullopt, 70, true},
      {"chat-production", "high", ImageSize{512, 512}, 255, true},
      {"chat-production", "low", std::nullopt, 85, true},
  };
  for (const auto& c : cases) {
    const ImageTokens counted = image_tokens(c.model, c.detail, c.size);
    EXPECT_EQ(counted.tokens, c.tokens) << c.model << ' ' << c.detail;
    EXPECT_EQ(counted.guessed, c.guessed) << c.model << ' ' << c.detail;
  }
}

}  // namespace
}  // namespace tollgate::tokenizer
