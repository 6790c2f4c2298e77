// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/redaction/rules.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>

#include "match_view.hpp"
#include "own_patterns.hpp"
#include "redacted.hpp"
#include "rule_set.hpp"

namespace tollgate::redaction {
namespace {

std::string why(const RuleSettings& settings) {
  const Result<Rules> rules = Rules::compile(settings);
  return rules ? "" : rules.error().message;
}

TEST(Rules, WhatCannotWorkIsRefusedWithItsReason) {
  EXPECT_EQ(why({.rules = {"emial"}}), "no rule is named \"emial\"");
  EXPECT_EQ(why({.patterns = {{"ticket", "T-(\\d"}}}),
            "ticket: not a regular expression of RE2: missing ): T-(\\d");
  EXPECT_EQ(why({.patterns = {{"ticket", "(?=x)"}}}).find("ticket: not a regular expression"), 0U);
  EXPECT_EQ(why({.patterns = {{"ticket", "x*"}}}),
            "ticket: it could match the empty string, and so be found everywhere");
  EXPECT_EQ(why({.patterns = {{"Ticket", "x"}}}),
            "\"Ticket\" is no name: lower-case letters, digits and _");
  EXPECT_EQ(why({.patterns = {{"email", "x"}}}), "a built-in rule is named \"email\"");
  EXPECT_EQ(why({.allow = {"/(/"}}).find("allow /(/: "), 0U);
  EXPECT_EQ(why({.drop = {"a..b"}}), "\"a..b\" is no path of JSON members");
  EXPECT_EQ(why({.drop = {"$.a[0].b"}}), "\"$.a[0].b\" is no path of JSON members");
  EXPECT_EQ(why({.secrets = {Secret("short")}}),
            "a secret of fewer than 8 bytes cannot be told from other text");
}

/// What a text lacks no rule finds in it: of every labelled line, and of each without one byte, as
/// each regular expression alone sees it.
TEST(Rules, NoTextIsSparedARuleThatMatchesIt) {
  const Rules rules = compiled();
  std::size_t matches = 0;
  for (const char* const name : {"/made.tsv", "/hard.tsv"}) {
    std::ifstream file(std::string(TOLLGATE_LABELLED) + name);
    for (std::string line; std::getline(file, line);) {
      line.erase((line.size() * 7) / 8, 1);
      const std::string text = normalise(line).text();
      const TextBytes bytes(text);
      for (const RuleSet::Compiled& rule : rules.set().rules()) {
        if (!re2::RE2::PartialMatch(text, *rule.regex)) continue;
        ++matches;
        EXPECT_TRUE(may_match(rule.rule, text, bytes)) << rule.rule.name << ": " << text;
      }
    }
  }
  EXPECT_GT(matches, 1'000U);
}

TEST(Rules, TheBytesOfATextAreToldInOnePass) {
  const TextBytes bytes("a1 b22\tlonger\nc");
  EXPECT_EQ(bytes.digits(), 3U);
  EXPECT_EQ(bytes.longest_word(), 6U);
  EXPECT_TRUE(bytes.has_any("xyzg"));
  EXPECT_FALSE(bytes.has_any("xyz"));
  EXPECT_TRUE(bytes.plain());
  EXPECT_FALSE(TextBytes("\xC3\xA9").plain());
  EXPECT_FALSE(TextBytes(std::string_view("a\0", 2)).plain());
  EXPECT_FALSE(TextBytes("a\x01").plain());
  EXPECT_FALSE(TextBytes("a\x7F").plain());
  EXPECT_EQ(TextBytes("").longest_word(), 0U);
  EXPECT_EQ(TextBytes("\xC3\xA9t").longest_word(), 3U);
}

TEST(Rules, ANameThatWouldMeanSomethingElseIsRefused) {
  EXPECT_EQ(why({.rules = {"jwt"}}),
            "jwt is for secrets, and always applies: the list is of rules for personal data");
  EXPECT_EQ(why({.rules = {"configured_secret"}}).find("configured_secret is for secrets"), 0U);
  EXPECT_EQ(why({.patterns = {{"binary", "x"}}}),
            "\"binary\" is what files and dropped members are counted under");
  EXPECT_EQ(why({.patterns = {{"dropped", "x"}}}),
            "\"dropped\" is what files and dropped members are counted under");
  EXPECT_EQ(why({.patterns = {{"ticket", "x"}, {"ticket", "y"}}}), "\"ticket\" is there twice");
}

TEST(Rules, PatternsThatMatchNothingAreKnownByEveryAssertion) {
  for (const char* regex : {"", "a*", "a?", "(a|)", "^", "$", "\\b", "\\B", "(?m)^", "(?m)$", "\\A",
                            "\\z", "^$", "a{0,3}", "(?i)b*", "\\b|x"}) {
    EXPECT_TRUE(can_match_nothing(regex)) << regex;
  }
  for (const char* regex : {"a", "a+", "\\ba", "^a$", "(?m)^a", "[^a]", ".", "(?:a|b)c*"}) {
    EXPECT_FALSE(can_match_nothing(regex)) << regex;
  }
}

TEST(Rules, OwnPatternsGiveTheirFirstGroup) {
  const Rules rules = compiled({.patterns = {{"ticket", "ticket (T-\\d+)"}, {"city", "Atlantis"}}});
  Replacer replacer;
  EXPECT_EQ(redact_text(rules, replacer, "see ticket T-12 and ticket T-13, T-12, Atlantis"),
            "see ticket [TICKET_1] and ticket [TICKET_2], T-12, [CITY_1]");
  EXPECT_EQ(replacer.counts().at("ticket"), 2U);
}

TEST(Rules, OnlyTheNamedRulesForPersonalDataApplyAndAllThoseForSecrets) {
  const Rules rules = compiled({.rules = {"email"}});
  Replacer replacer;
  EXPECT_EQ(redact_text(rules, replacer, "a@b.example 4111111111111111 AKIAIOSFODNN7EXAMPLE"),
            "[EMAIL_1] 4111111111111111 [AWS_KEY_1]");
}

TEST(Rules, AllowedValuesStayAndSecretsNever) {
  const Rules rules = compiled(
      {.allow = {"Info@Example.com", "/.*@corp\\.example/", "/.*/", "AKIAIOSFODNN7EXAMPLE"}});
  Replacer replacer;
  EXPECT_EQ(redact_text(rules, replacer, "info@example.com x@corp.example AKIAIOSFODNN7EXAMPLE"),
            "info@example.com x@corp.example [AWS_KEY_1]");
  const Rules some = compiled({.allow = {"/.*@corp\\.example/"}});
  EXPECT_EQ(redact_text(some, replacer, "x@corp.example.com"), "[EMAIL_1]");
}

TEST(Rules, EveryBuiltInRuleHasANameOfItsOwnInOneStretch) {
  std::set<std::string_view> seen;
  for (const RuleName& rule : built_in_names())
    EXPECT_TRUE(seen.insert(rule.name).second) << rule.name;
  EXPECT_GE(seen.size(), 35U);
}

TEST(Rules, TheDocumentNamesEveryOne) {
  std::ifstream file(TOLLGATE_REDACTION_DOCUMENT);
  const std::string document((std::istreambuf_iterator<char>(file)), {});
  for (const RuleName& rule : built_in_names()) {
    EXPECT_NE(document.find("`" + std::string(rule.name) + "`"), std::string::npos) << rule.name;
  }
}

}  // namespace
}  // namespace tollgate::redaction
