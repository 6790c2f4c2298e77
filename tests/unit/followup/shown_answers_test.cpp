// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "shown_answers.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tollgate::followup {
namespace {

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
  answers.add(shown("a", "/responses/r", 1));
  answers.add(shown("a", "/responses/r", 2));
  EXPECT_EQ(answers.find("a", "backend", "/responses/r")->outcome.tokens.total, 2);
  EXPECT_FALSE(answers.find("b", "backend", "/responses/r"));
  EXPECT_FALSE(answers.find("a", "other", "/responses/r"));
  EXPECT_FALSE(answers.find("a", "backend", "/responses/s"));
  answers.forget("a", "backend", "/responses/r");
  EXPECT_FALSE(answers.find("a", "backend", "/responses/r"));
}

TEST(ShownAnswers, PushOutTheirOwnClientsOnesAlone) {
  ShownAnswers answers;
  answers.add(shown("quiet", "/responses/r", 1));
  for (std::size_t i = 0; i <= ShownAnswers::kMostOfOne; ++i)
    answers.add(shown("loud", "/responses/" + std::to_string(i), 1));
  EXPECT_TRUE(answers.find("quiet", "backend", "/responses/r"));
  EXPECT_FALSE(answers.find("loud", "backend", "/responses/0"));
  EXPECT_TRUE(answers.find("loud", "backend", "/responses/1"));
}

}  // namespace
}  // namespace tollgate::followup
