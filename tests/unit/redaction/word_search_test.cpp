// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "word_search.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace tollgate::redaction {
namespace {

TEST(WordSearch, FindsAWordAnywhereInEitherCase) {
  const WordSearch search({"api-key", "secret", "password"});
  for (const char* with : {"secret", "my_SECRET", "secrets", "x-Api-Key", "db_passWord_1"})
    EXPECT_TRUE(search.any_in(with)) << with;
  for (const char* without : {"", "secre", "pass_word", "apikey", "sec ret", "s"})
    EXPECT_FALSE(search.any_in(without)) << without;
}

TEST(WordSearch, GoesOnWithTheEndOfWhatFailed) {
  const WordSearch search({"aab", "abc", "bcd"});
  EXPECT_TRUE(search.any_in("aaab"));
  EXPECT_TRUE(search.any_in("aabc"));
  EXPECT_TRUE(search.any_in("abbcd"));
  EXPECT_FALSE(search.any_in("ababa"));
  EXPECT_TRUE(WordSearch({"abcd", "bc"}).any_in("abce")) << "a word within another";
  EXPECT_TRUE(WordSearch({"ab", "abc"}).any_in("xab")) << "a begin of another";
}

TEST(WordSearch, ReadsPastWhatIsSkipped) {
  const WordSearch search({"apikey"}, " _-.");
  EXPECT_TRUE(search.any_in("api.Key"));
  EXPECT_TRUE(search.any_in("x_a-p i__key"));
  EXPECT_FALSE(search.any_in("api+key"));
}

TEST(WordSearch, HasNoWordsToFind) { EXPECT_FALSE(WordSearch({}).any_in("anything")); }

bool has_one(const std::string& text, const std::vector<std::string_view>& words) {
  return std::ranges::any_of(
      words, [&](std::string_view word) { return text.find(word) != std::string::npos; });
}

/// Of two letters every overlap comes up.
TEST(WordSearch, FindsWhatASearchForEachWordFinds) {
  const std::vector<std::string_view> words{"abba", "babb", "aabab", "bbbbb", "aaaaaa"};
  const WordSearch search(words);
  std::mt19937 random(1);
  int found = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string text(random() % 12, 'a');
    for (char& c : text) c = random() % 2 == 0 ? 'a' : 'b';
    EXPECT_EQ(search.any_in(text), has_one(text, words)) << text;
    found += search.any_in(text) ? 1 : 0;
  }
  EXPECT_GT(found, 1'000);
}

}  // namespace
}  // namespace tollgate::redaction
