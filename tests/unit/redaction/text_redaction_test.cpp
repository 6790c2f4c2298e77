// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/redaction/text_redaction.hpp"

#include <gtest/gtest.h>

#include "redacted.hpp"
#include "tollgate/base/base64.hpp"
#include "tollgate/base/hex.hpp"

namespace tollgate::redaction {
namespace {

TEST(TextRedaction, WhatHoldsNothingStaysToTheByte) {
  for (const char* text : {"", "hello", "äöü \xFF\xFE 日本語", "std::vector<int> a = {1, 2};",
                           "On 2024-11-29 at 12:34:56 we sold 1,234,567 units (v1.2.3).",
                           "550e8400-e29b-41d4-a716-446655440000", "[EMAIL_1]"}) {
    EXPECT_EQ(redacted(text), text);
  }
}

TEST(TextRedaction, EqualValuesHaveEqualNumbersHoweverTheyAreSpelled) {
  EXPECT_EQ(redacted("a@b.example, A@B.example, c@d.example"), "[EMAIL_1], [EMAIL_1], [EMAIL_2]");
  EXPECT_EQ(redacted("4111 1111 1111 1111 4111-1111-1111-1111"),
            "[PAYMENT_CARD_1] [PAYMENT_CARD_1]");
  EXPECT_EQ(redacted("４１１１１１１１１１１１１１１１ / 4111111111111111"),
            "[PAYMENT_CARD_1] / [PAYMENT_CARD_1]");
}

// The sentence's full stop went with a value that may hold points between its groups.
TEST(TextRedaction, PunctuationBehindAValueStays) {
  EXPECT_EQ(redacted("Mine is DE89 3704 0044 0532 0130 00. What is yours?"),
            "Mine is [IBAN_1]. What is yours?");
  EXPECT_EQ(redacted("DE89 3704 0044 0532 0130 00.\nWhat"), "[IBAN_1].\nWhat");
  EXPECT_EQ(redacted("DE89 3704 0044 0532 0130 00.A"), "[IBAN_1].A");
  EXPECT_EQ(redacted("card 4111 1111 1111 1111. 2 of 3"), "card [PAYMENT_CARD_1]. 2 of 3");
  EXPECT_EQ(redacted("VAT DE 136 695 976. 5 more"), "VAT [DE_VAT_1]. 5 more");
  EXPECT_EQ(redacted("Mine: +49 30 901820. 1234567890 units"), "Mine: [PHONE_1]. 1234567890 units");
  EXPECT_EQ(redacted("at 2001:db8:0:1::, and"), "at [IP_ADDRESS_1], and") << "its own stay with it";
}

TEST(TextRedaction, UuidsStayWhoseBytesPassForAnAccountsNumber) {
  for (const char* text :
       {"ee291316-4bf4-46a2-b453-1e7c084202db", "be80c74e-115f-4190-bf89-67e903d6051b",
        "d5af0d97-ad25-4e54-90c6-b2a04f449f7e",
        "id=EE291316-4BF4-46A2-B453-1E7C084202DB, and more"}) {
    EXPECT_EQ(redacted(text), text);
  }
  // What only begins like one, is longer, or is for an operator's own rule is no exception.
  EXPECT_EQ(redacted("be80c74e-115f-4190-bf89"), "[IBAN_1]-bf89");
  EXPECT_EQ(redacted("be80c74e-115f-4190-bf89-67e903d6051b1"), "[IBAN_1]-bf89-67e903d6051b1");
  const Rules own = compiled({.patterns = {{"person", "be80[0-9a-f-]+"}}});
  Replacer replacer;
  EXPECT_EQ(redact_text(own, replacer, "be80c74e-115f-4190-bf89-67e903d6051b"), "[PERSON_1]");
}

TEST(TextRedaction, AMediaTypeTellsNothingElse) {
  std::string file;
  while (file.size() < 1200) file += "AAECAwQFBgcICQoLDA0ODw";
  file.resize(1200);
  EXPECT_EQ(redacted("data:image/png;base64," + file).substr(0, 11), "[image/png ");
  for (const char* const type :
       {"image/sk-canary4f6A9b2C8d1E7f3G5h0J2k4L6m8", "4012888888881881/x"}) {
    const std::string out = redacted("data:" + std::string(type) + ";base64," + file);
    EXPECT_EQ(out.substr(0, 8), "[base64 ") << out;
    EXPECT_EQ(out.find("canary"), std::string::npos);
    EXPECT_EQ(out.find("4012"), std::string::npos);
  }
}

TEST(TextRedaction, OneReplacerNumbersAllTextsOfARecord) {
  const Rules rules = compiled();
  Replacer replacer;
  EXPECT_EQ(redact_text(rules, replacer, "a@b.example"), "[EMAIL_1]");
  EXPECT_EQ(redact_text(rules, replacer, "c@d.example a@b.example"), "[EMAIL_2] [EMAIL_1]");
  EXPECT_EQ(replacer.counts().at("email"), 3U);
}

TEST(TextRedaction, KeyedReplacementsJoinUnderOneKeyOnly) {
  const Rules rules = compiled();
  Replacer first{Secret("one key")};
  Replacer again{Secret("one key")};
  Replacer other{Secret("another")};
  const std::string a = redact_text(rules, first, "a@b.example");
  EXPECT_EQ(a.size(), std::string_view("[EMAIL:0123456789abcdef]").size());
  EXPECT_EQ(redact_text(rules, again, "A@b.example"), a);
  EXPECT_NE(redact_text(rules, other, "a@b.example"), a);
  EXPECT_NE(redact_text(rules, first, "c@b.example"), a);
}

TEST(TextRedaction, HiddenCharactersHideNothing) {
  EXPECT_EQ(redacted("jane\u200B@exa\u00ADmple.com"), "[EMAIL_1]");
  EXPECT_EQ(redacted("4111\u200B1111\uFEFF1111\u20601111"), "[PAYMENT_CARD_1]");
  EXPECT_EQ(redacted("4\u03361\u03361\u03361\u0336111111111111"), "[PAYMENT_CARD_1]");
  EXPECT_EQ(redacted("4111\xFF"
                     "1111\xC3"
                     "11111111"),
            "[PAYMENT_CARD_1]");
}

TEST(TextRedaction, WhatStandsBeyondAHiddenCharacterDoesNotHideEither) {
  EXPECT_EQ(redacted("4111111111111111\u200B5"), "[PAYMENT_CARD_1]\u200B5");
  EXPECT_EQ(redacted("7\u200B4111111111111111"), "7\u200B[PAYMENT_CARD_1]");
  EXPECT_EQ(redacted("x\u200BAKIAIOSFODNN7EXAMPLE\xFFy"), "x\u200B[AWS_KEY_1]\xFFy");
}

TEST(TextRedaction, EscapesAreReadAndPlacesKept) {
  EXPECT_EQ(redacted("?u=jane%40example.com&x=1"), "?u=[EMAIL_1]&x=1");
  EXPECT_EQ(redacted("jane&#64;example.com"), "[EMAIL_1]");
  EXPECT_EQ(redacted("{\"a\":\"jane\\u0040example.com\""), "{\"a\":\"[EMAIL_1]\"");
  EXPECT_EQ(redacted("5%4111111111111111"), "5%[PAYMENT_CARD_1]");
}

TEST(TextRedaction, EncodedValuesAreFoundAtAnyOffset) {
  const std::string secret = "AKIAIOSFODNN7EXAMPLE";
  for (std::size_t before = 0; before < 4; ++before) {
    const std::string text = "." + std::string(before, ' ') + secret + " and more";
    for (const std::string& coded : {to_base64(text), to_base64url(text), to_hex(text)}) {
      EXPECT_EQ(redacted("see " + coded + " there"), "see [AWS_KEY_1] there");
      EXPECT_EQ(redacted("see abc" + coded + " there").find(coded.substr(4, 8)), std::string::npos);
    }
    EXPECT_EQ(redacted(to_base64(to_base64(text))), "[AWS_KEY_1]");
    EXPECT_EQ(redacted(to_hex(to_base64(text))), "[AWS_KEY_1]");
  }
}

TEST(TextRedaction, GivenSecretsAreFoundExactlyAndInEveryCoding) {
  const std::string key = "plain words, no form at all";
  const Rules rules = compiled({.allow = {key}, .secrets = {Secret(key), Secret("12345678")}});
  Replacer replacer;
  EXPECT_EQ(redact_text(rules, replacer, "a" + key + "b"), "a[CONFIGURED_SECRET_1]b");
  EXPECT_EQ(redact_text(rules, replacer, to_base64(key)), "[CONFIGURED_SECRET_1]");
  EXPECT_EQ(redact_text(rules, replacer, to_base64("x" + key)), "[CONFIGURED_SECRET_1]");
  EXPECT_EQ(redact_text(rules, replacer, to_hex(key)), "[CONFIGURED_SECRET_1]");
  EXPECT_EQ(redact_text(rules, replacer, "0123456789"), "0[CONFIGURED_SECRET_2]9");
  EXPECT_EQ(replacer.counts().at("configured_secret"), 5U);
}

TEST(TextRedaction, WhatOverlapsIsTakenOutWholeUnderOneName) {
  const std::string url = "https://me:hunter22@mail.example.com/";
  EXPECT_EQ(redacted(url), "https://me:[URL_PASSWORD_1]/");
  EXPECT_EQ(redacted("Authorization: Bearer sk-abcdefghijklmnop1234567890"),
            "Authorization: Bearer [OPENAI_KEY_1]");
}

// Its content could be guessed from a hash.
TEST(TextRedaction, OfASmallFileNoHashIsShown) {
  std::string bytes;
  for (int i = 0; i < 999; ++i) bytes.push_back(static_cast<char>(i * 7919 >> 3));
  const std::string url = "data:image/png;base64," + to_base64(bytes);
  EXPECT_EQ(redacted(url + " " + url),
            "[image/png 999 bytes BINARY_1] [image/png 999 bytes BINARY_1]");
}

TEST(TextRedaction, ALongFileInBase64BecomesItsDescription) {
  std::string bytes;
  for (int i = 0; i < 6000; ++i) bytes.push_back(static_cast<char>(i * 7919 >> 3));
  const std::string url = "data:image/png;base64," + to_base64(bytes);
  const std::string out = redacted("look: " + url + " nice a@b.example");
  EXPECT_EQ(out.find("look: [image/png 6000 bytes sha256:"), 0U);
  EXPECT_EQ(out.substr(out.find(']')), "] nice [EMAIL_1]");
  EXPECT_EQ(redacted(to_base64(bytes)).find("[base64 6000 bytes sha256:"), 0U);
  // A text in base64 stays, unless it holds a value.
  const std::string text = to_base64(std::string(40, 'x') + std::string(3000, 'a') + " Words 123.");
  EXPECT_EQ(redacted(text), text);
  const std::string genes(5000, 'A');
  EXPECT_EQ(redacted(genes), genes);
}

TEST(TextRedaction, ValuesAreFoundWhereverBlocksEnd) {
  const std::string value = "4111 1111 1111 1111";
  for (std::size_t at = 64 * 1024 - 40; at < 64 * 1024 + 40; ++at) {
    std::string text(at, '.');
    text += value + std::string(9000, '.') + "a@b.example";
    EXPECT_EQ(redacted(text),
              std::string(at, '.') + "[PAYMENT_CARD_1]" + std::string(9000, '.') + "[EMAIL_1]")
        << at;
  }
}

TEST(TextRedaction, LongGivenSecretsAreFoundWhereverBlocksEndInEveryCoding) {
  std::string secret;
  for (int i = 0; secret.size() < 5000; ++i) secret += "words and " + std::to_string(i * i) + ", ";
  const Rules rules = compiled({.secrets = {Secret(secret), Secret("and 144, words")}});
  const std::string hex = to_hex(secret);
  for (const std::string& coded :
       {secret, to_base64(secret), to_base64url(secret), hex, to_hex(hex), to_base64(hex),
        to_hex(to_hex(hex)), to_hex(to_base64(secret))}) {
    for (std::size_t at = 0; at < 90'000; at += 7'919) {
      Replacer replacer;
      const std::string before(at, '.');
      ASSERT_EQ(redact_text(rules, replacer, before + coded + ". a@b.example"),
                before + "[CONFIGURED_SECRET_1]. [EMAIL_1]")
          << at << " " << coded.substr(0, 40);
    }
  }
}

TEST(TextRedaction, WhatSaysThatAValueFollowsMayEndABlock) {
  const std::string head = "Authorization: Bearer ";
  for (std::size_t at = 64 * 1024 - 40; at < 64 * 1024 + 4; ++at) {
    const std::string before = std::string(at, '.') + head;
    EXPECT_EQ(redacted(before + "0a1b2c3d4e5f6a7b8c9d."), before + "[AUTHORIZATION_1]") << at;
  }
  const std::string url = "postgres://app:";
  for (const std::size_t bytes : {1U, 3U, 20U}) {
    const Rules rules = compiled();
    Replacer replacer;
    TextRedaction redaction(rules, replacer, "at " + url + "hunter22@db");
    while (!redaction.step(bytes)) {
    }
    EXPECT_EQ(redaction.take().front(), "at " + url + "[URL_PASSWORD_1]@db") << bytes;
  }
}

TEST(TextRedaction, AnyStepGivesTheSame) {
  std::string text;
  for (int i = 0; i < 600; ++i) {
    text +=
        "mail x" + std::to_string(i) + "@example.com, card 4111 1111 1111 1111; \u4f60\u597d\xFF ";
  }
  const Rules rules = compiled();
  Replacer whole;
  const std::string expected = redact_text(rules, whole, text);
  for (const std::size_t bytes : {1U, 2U, 3U, 7U, 64U, 1000U}) {
    Replacer replacer;
    TextRedaction redaction(rules, replacer, text);
    while (!redaction.step(bytes)) {
    }
    EXPECT_EQ(redaction.take().front(), expected) << bytes;
    EXPECT_EQ(replacer.counts(), whole.counts());
  }
}

TEST(TextRedaction, AValueLongerThanABlockIsTakenOutWhole) {
  const std::string token = "sk-" + std::string(3 * 1024 * 1024, 'Q') + "7";
  EXPECT_EQ(redacted("a " + token + " b"), "a [OPENAI_KEY_1] b");
  const std::string pem = "-----BEGIN RSA PRIVATE KEY-----\n" + std::string(100'000, 'M') +
                          "\n-----END RSA PRIVATE KEY-----";
  EXPECT_EQ(redacted("a " + pem + " b"), "a [PRIVATE_KEY_1] b");
}

TEST(TextRedaction, ValuesThatRunIntoEachOtherOverManyBlocksGoWhole) {
  std::string text = "4111 1111 1111 1111";
  while (text.size() < 40'000) text += " 1111 1111 1111 1111";
  Replacer replacer;
  const std::string out = redact_text(compiled(), replacer, "see " + text + " end");
  EXPECT_EQ(out.find("4111"), std::string::npos);
  EXPECT_TRUE(out.starts_with("see [") && out.ends_with(" end")) << out.substr(0, 200);
}

TEST(TextRedaction, ATokenWhoseProofLiesBehindTheBlockGoes) {
  const std::string token = "eyJhbGciOiJ-" + std::string(9000, 'Q') + "." + "abc_123.sig-1";
  EXPECT_EQ(redacted("a " + token + " b"), "a [JWT_1] b");
}

TEST(TextRedaction, WhatIsNotUtf8OrNoJsonIsSearchedInBoundedSteps) {
  std::string bytes;
  for (std::size_t i = 0; i < 300'000; ++i) bytes.push_back(static_cast<char>(i * i * 31 >> 5));
  const Rules rules = compiled();
  Replacer replacer;
  // The least that a step can do is a block of 8 KiB, or a look for a long run of base64.
  const std::size_t least = bytes.size() / (8 * 1024);
  TextRedaction text(rules, replacer, "a@b.example " + std::string(1, '\xFF') + bytes);
  std::size_t steps = 1;
  while (!text.step(1)) ++steps;
  EXPECT_GE(steps, least);
  EXPECT_EQ(text.take().front().find("a@b"), std::string::npos);
  JsonRedaction json(rules, replacer, "{\"a\": a@b.example, " + bytes);
  steps = 1;
  while (!json.step(1)) ++steps;
  EXPECT_GE(steps, least);
  EXPECT_EQ(json.take().find("a@b"), std::string::npos);
}

TEST(TextRedaction, ValuesThatAreSplitOverPartsAreFound) {
  const Rules rules = compiled();
  Replacer replacer;
  TextRedaction redaction(rules, replacer,
                          {"call jane.d", "oe@exa", "", "mple.com now", "4111111111111111", "5"});
  while (!redaction.step()) {
  }
  EXPECT_EQ(redaction.take(),
            (std::vector<std::string>{"call [EMAIL_1]", "", "", " now", "[PAYMENT_CARD_1]", "5"}));
}

TEST(TextRedaction, WordsNearbyDecideWhatABareNumberIs) {
  EXPECT_EQ(redacted("order 536904399"), "order 536904399");
  EXPECT_EQ(redacted("my social security number: 536904399"),
            "my social security number: [US_SSN_1]");
  EXPECT_EQ(redacted("tel 030 1234567"), "tel [PHONE_1]");
  EXPECT_EQ(redacted("tell 0301234567"), "tell 0301234567");
}

}  // namespace
}  // namespace tollgate::redaction
