// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "shown_answers.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tollgate::followup {
namespace {

constexpr std::chrono::steady_clock::time_point kNow{};

ShownAnswer shown(const std::string& client, const std::string& path, std::int64_t total) {
  ShownAnswer out;
  out.client = client;
  out.backend = "backend";
  out.path = path;
  out.outcome.tokens.total = total;
  return out;
}

TEST(ShownAnswers, AreFoundByWhoseTheyAreAndWhere) {
  ShownAnswers answers;
  answers.add(shown("a", "/responses/r", 1), kNow);
  answers.add(shown("a", "/responses/r", 2), kNow);
  EXPECT_EQ(answers.find("a", "backend", "/responses/r")->outcome.tokens.total, 2);
  EXPECT_FALSE(answers.find("b", "backend", "/responses/r"));
  EXPECT_FALSE(answers.find("a", "other", "/responses/r"));
  EXPECT_FALSE(answers.find("a", "backend", "/responses/s"));
  answers.forget("a", "backend", "/responses/r");
  EXPECT_FALSE(answers.find("a", "backend", "/responses/r"));
}

TEST(ShownAnswers, PushOutTheirOwnClientsOnesAlone) {
  ShownAnswers answers;
  answers.add(shown("quiet", "/responses/r", 1), kNow);
  for (std::size_t i = 0; i <= ShownAnswers::kMostOfOne; ++i)
    answers.add(shown("loud", "/responses/" + std::to_string(i), 1), kNow);
  EXPECT_TRUE(answers.find("quiet", "backend", "/responses/r"));
  EXPECT_FALSE(answers.find("loud", "backend", "/responses/0"));
  EXPECT_TRUE(answers.find("loud", "backend", "/responses/1"));
}

TEST(ShownAnswers, GoWhenNobodyHasWaitedForThem) {
  ShownAnswers answers;
  answers.add(shown("a", "/responses/r", 1), kNow);
  answers.add(shown("b", "/responses/s", 1), kNow + ShownAnswers::kKept / 2);
  EXPECT_TRUE(answers.find("a", "backend", "/responses/r"));
  answers.add(shown("c", "/responses/t", 1), kNow + ShownAnswers::kKept);
  EXPECT_FALSE(answers.find("a", "backend", "/responses/r"));
  EXPECT_TRUE(answers.find("b", "backend", "/responses/s"));
}

}  // namespace
}  // namespace tollgate::followup
