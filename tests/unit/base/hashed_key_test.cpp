// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/base/hashed_key.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tollgate {
namespace {

/// Where in the text the key is found; npos: nowhere.
std::size_t place_of(const std::string& key, const std::string& text, KeyReach reach) {
  const auto knows = [hash = sha256(key)](const Sha256& one) { return one == hash; };
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!may_begin_key(text, at, reach)) continue;
    const std::size_t size = key_length_at(std::string_view(text).substr(at), reach, knows);
    if (size == 0) continue;
    EXPECT_EQ(text.substr(at, size), key);
    return at;
  }
  return std::string::npos;
}

TEST(HashedKey, StandsBetweenMarksInAnyText) {
  for (const std::string key :
       {"0123456789abcdef", "AAAA/bbbbbbbbb/cc/dddd+ee==", "/9f+T2suYaGVsbG8gd29ybGQYWJjZA=="}) {
    for (const KeyReach reach : {KeyReach::text, KeyReach::field}) {
      for (const std::string before : {"", " ", "key=", "\"", "\xC3\xA9"})
        EXPECT_EQ(place_of(key, before + key + ", and more", reach), before.size()) << key;
      EXPECT_EQ(place_of(key, key.substr(1) + " " + key.substr(0, key.size() - 1), reach),
                std::string::npos);
    }
  }
}

// One of the two places that look for keys did not see it there.
TEST(HashedKey, MayBeginWithASlashBehindALetter) {
  const std::string key = "/9f+T2suYaGVsbG8";
  EXPECT_EQ(place_of(key, "path" + key, KeyReach::text), 4U);
  EXPECT_EQ(place_of(key, "path" + key, KeyReach::field), 4U);
}

TEST(HashedKey, IsAnythingInAFieldAndWithinBoundsInAText) {
  const std::string most(kLongestKeyInText, 'k');
  EXPECT_EQ(place_of(most, most, KeyReach::text), 0U);
  for (const std::string& key :
       {most + "kkk", std::string("a pass phrase of words"), std::string("$0123456789abcde")}) {
    EXPECT_EQ(place_of(key, key, KeyReach::text), std::string::npos) << key;
    EXPECT_EQ(place_of(key, "x " + key, KeyReach::field), 2U) << key;
  }
}

TEST(HashedKey, IsNoShorterThanSixteenBytes) {
  EXPECT_EQ(place_of("0123456789abcde", "0123456789abcde", KeyReach::field), std::string::npos);
}

}  // namespace
}  // namespace tollgate
