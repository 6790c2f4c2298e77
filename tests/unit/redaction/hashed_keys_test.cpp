// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "hashed_keys.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tollgate/redaction/text_redaction.hpp"

namespace tollgate::redaction {
namespace {

constexpr const char* kPlain = "sk-retail-primary-0001";
constexpr const char* kBase64 = "q9/fT+2s/uY0aGVsbG8gd29ybGQ/YWJjZA==";

HashedKeys keys() { return HashedKeys({sha256(kPlain), sha256(kBase64)}); }

std::string found(const std::string& text) {
  const auto match = keys().find(text, 0, text.size());
  return match ? text.substr(match->begin, match->end - match->begin) : "";
}

TEST(HashedKeys, AreFoundBetweenMarks) {
  for (const std::string before : {"", "my key is ", "key=", "\"", "a,b:", "(", "api_key:\t"}) {
    for (const std::string behind : {"", " and more", "\"", ",x", ".", "\n", ")"}) {
      EXPECT_EQ(found(before + kPlain + behind), kPlain) << before << behind;
      EXPECT_EQ(found(before + kBase64 + behind), kBase64) << before << behind;
    }
  }
}

TEST(HashedKeys, MayBeginWithALetterOfBase64ThatIsAMark) {
  const std::string slashed = "/9f+T2suYaGVsbG8gd29ybGQYWJjZA==";
  const HashedKeys one({sha256(slashed)});
  for (const std::string before : {"", "key=", "path/", "a "}) {
    const std::string text = before + slashed + " end";
    const auto match = one.find(text, 0, text.size());
    ASSERT_TRUE(match) << before;
    EXPECT_EQ(match->begin, before.size());
    EXPECT_EQ(match->end - match->begin, slashed.size());
  }
}

TEST(HashedKeys, OtherTextIsNone) {
  for (const std::string text : {"", "a", "sk-retail-primary-0002", "sk-retail-primary-00011",
                                 "=/=", "an ordinary sentence, with incomprehensibilities in it"}) {
    EXPECT_EQ(found(text), "") << text;
  }
}

TEST(HashedKeys, AreFoundFromTheMiddleOfATextOn) {
  const std::string text = "one two " + std::string(kPlain) + " three";
  for (std::size_t from = 0; from <= 8; ++from) {
    EXPECT_TRUE(keys().find(text, from, text.size())) << from;
  }
  EXPECT_FALSE(keys().find(text, 9, text.size())) << "it began before";
  EXPECT_FALSE(keys().find(text, 0, 8)) << "it begins behind";
  EXPECT_TRUE(keys().find(text, 0, 9));
}

TEST(HashedKeys, AreTakenOutOfTextsInAnyCoding) {
  RuleSettings settings;
  settings.key_hashes = {sha256(kPlain)};
  const Rules rules = Rules::compile(settings).value();
  for (const std::string text :
       {"it is sk-retail-primary-0001, keep it", "it is c2stcmV0YWlsLXByaW1hcnktMDAwMQ== in base64",
        "736b2d72657461696c2d7072696d6172792d30303031"}) {
    Replacer replacer;
    const std::string out = redact_text(rules, replacer, text);
    EXPECT_NE(out.find("[CONFIGURED_SECRET_1]"), out.npos) << out;
    EXPECT_EQ(out.find("retail-primary"), out.npos) << out;
  }
}

}  // namespace
}  // namespace tollgate::redaction
