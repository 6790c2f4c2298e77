// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "key_in_text.hpp"

#include <gtest/gtest.h>

#include "tollgate/base/digest.hpp"

namespace tollgate::proxy {
namespace {

config::Config with_key(const std::string& key) {
  config::Config out;
  out.clients.emplace_back();
  out.clients.back().api_keys = {{"primary", sha256(key)}};
  return out;
}

TEST(KeyInText, IsFoundWholeAmongWordsAndInPieces) {
  for (const std::string key :
       {"0123456789abcdef", "AAAA/bbbbbbbbb/cc/dddd+ee==", "a pass phrase of words"}) {
    const config::Config config = with_key(key);
    for (const std::string& text : {key, "Bearer " + key, "/x//" + key + "/y", "a=" + key + "&b=c",
                                    "\"" + key + "\"", key + "==", "k:" + key + ","}) {
      EXPECT_TRUE(holds_key(text, config)) << text;
      EXPECT_EQ(without_key(text, config), "(a credential)");
    }
    for (const std::string& text : {key.substr(1), std::string("x") + key, std::string()}) {
      EXPECT_FALSE(holds_key(text, config)) << text;
      EXPECT_EQ(without_key(text, config), text);
    }
  }
}

TEST(KeyInText, OfWhichTheTextIsKnownIsFoundWhateverStandsBesideIt) {
  config::Config config;
  config.audit.redaction.rules.secrets.emplace_back("of-a-backend");
  for (const char* text : {"of-a-backend", "req-of-a-backend-7", "xof-a-backendx"})
    EXPECT_TRUE(holds_key(text, config)) << text;
  EXPECT_FALSE(holds_key("of-a-backen", config));
}

TEST(KeyInText, AKeyThatTollgateMadeIsFoundWhateverStandsBesideIt) {
  const std::string key = "tollgate_" + std::string(20, 'a') + "-_" + std::string(21, 'b');
  const config::Config config = with_key(key);
  for (const std::string& text :
       {key, "req-" + key, "job_" + key, key + "-1", "x" + key + "y", "tollgate_" + key})
    EXPECT_TRUE(holds_key(text, config)) << text;
  EXPECT_FALSE(holds_key(key.substr(0, key.size() - 1), config));
}

TEST(KeyInText, IsFoundBetweenAnyMarks) {
  const config::Config config = with_key("0123456789abcdef");
  for (const char mark : std::string_view(" \t\"'`<>()[]{}|,;:.!?&=/\\#*%$@^~\xA0"))
    EXPECT_TRUE(holds_key(std::string("a") + mark + "0123456789abcdef" + mark + "b", config))
        << mark;
}

// A key in 64 begins with a slash; in content it was found.
TEST(KeyInText, MayBeginWithASlashBehindALetter) {
  EXPECT_TRUE(holds_key("path/9f+T2suYaGVsbG8", with_key("/9f+T2suYaGVsbG8")));
}

TEST(KeyInText, OfEveryKeyOfEveryClient) {
  config::Config config = with_key("0123456789abcdef");
  config.clients.push_back(with_key("fedcba9876543210").clients.front());
  EXPECT_TRUE(holds_key("fedcba9876543210", config));
}

}  // namespace
}  // namespace tollgate::proxy
