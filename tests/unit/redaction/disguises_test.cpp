// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
// Values in forms that people, programs and attackers give them.
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "redacted.hpp"
#include "tollgate/base/base64.hpp"
#include "tollgate/base/secret.hpp"

namespace tollgate::redaction {
namespace {

TEST(Disguises, UnderscoresAndLettersHideNoSecret) {
  EXPECT_EQ(redacted("_AKIAIOSFODNN7EXAMPLE_"), "_[AWS_KEY_1]_");
  EXPECT_EQ(redacted("xAKIAIOSFODNN7EXAMPLEx"), "x[AWS_KEY_1]x");
  EXPECT_EQ(redacted("_sk-proj-abcDEF1234567890abcd_"), "_[OPENAI_KEY_1]");
  EXPECT_EQ(redacted("keysk-proj-abcDEF1234567890abcd"), "key[OPENAI_KEY_1]");
  EXPECT_EQ(redacted("task-proj-plan-for-the-year-of-2024"), "task-proj-plan-for-the-year-of-2024");
  EXPECT_EQ(redacted("tollgate_" + std::string(43, 'a') + "_old"), "[TOLLGATE_KEY_1]_old");
  EXPECT_EQ(redacted("_DE89370400440532013000_"), "_[IBAN_1]_");
  EXPECT_EQ(redacted("id_203.0.113.7_x"), "id_[IP_ADDRESS_1]_x");
}

TEST(Disguises, WhateverTheSchemeTheRestOfTheLineIsTheCredential) {
  EXPECT_EQ(redacted("Authorization: SharedKey account:bm8gc2VjcmV0IGF0IGFsbA==\nHost: x"),
            "Authorization: [AUTHORIZATION_1]\nHost: x");
  EXPECT_EQ(redacted("authorization: AWS4-HMAC-SHA256 Credential=me/2013/s3, "
                     "SignedHeaders=host;range, Signature=fe5f80f77d5fa3beca038a248ff027\r\nx"),
            "authorization: [AUTHORIZATION_1]\r\nx");
  EXPECT_EQ(redacted("curl -H 'Authorization: NTLM TlRMTVNTUAABAAAA' https://x"),
            "curl -H 'Authorization: [AUTHORIZATION_1]' https://x");
  EXPECT_EQ(
      redacted("Authorization: Digest username=\"ann\", realm=\"a (b)\", response=\"6629fae4\""),
      "Authorization: Digest [AUTHORIZATION_1]");
  EXPECT_EQ(redacted("\"{\\\"Authorization\\\":\\\"NTLM TlRMTVNTUAABAAAA\\\",\\\"x\\\":1"),
            "\"{\\\"Authorization\\\":\\\"[AUTHORIZATION_1]\\\",\\\"x\\\":1");
  EXPECT_EQ(redacted("f(authorization=Hawk 0a1b2c3d4e) and on"),
            "f(authorization=[AUTHORIZATION_1]) and on");
  EXPECT_EQ(
      redacted_json("{\"Authorization\":\"Digest username=\\\"a\\\", response=\\\"6629fae4\\\"\"}"),
      "{\"Authorization\":\"[AUTHORIZATION_1]\"}");
  for (const char* prose :
       {"Authorization: Bearer ${ACCESS_TOKEN_1}", "authorization: see RFC 7235",
        "Authorization: read about it at https://example.com/page12"}) {
    EXPECT_EQ(redacted(prose), prose);
  }
}

TEST(Disguises, AKeyGoesToItsEndWhateverStandsBetweenItsLines) {
  const std::string first = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7";
  const std::string last = "Wm9vAB==";
  EXPECT_EQ(redacted("> -----BEGIN PRIVATE KEY-----\n> " + first + "\n> " + last +
                     "\n> -----END PRIVATE KEY-----\n> bye"),
            "> [PRIVATE_KEY_1]\n> bye");
  EXPECT_EQ(redacted("k = \"-----BEGIN PRIVATE KEY-----\\n\" +\n  \"" + first + "\\n\" +\n  \"" +
                     last + "\\n\" +\n  \"-----END PRIVATE KEY-----\";"),
            "k = \"[PRIVATE_KEY_1]\";");
  EXPECT_EQ(redacted("-----BEGIN PRIVATE KEY-----\n> " + first + "\n> " + last + "\n\nAnd so on."),
            "[PRIVATE_KEY_1]\n\nAnd so on.");
  std::string quoted = "-----BEGIN PRIVATE KEY-----\n";
  for (int i = 0; i < 4000; ++i) quoted += "> " + first + "\n";
  EXPECT_EQ(redacted(quoted + "> -----END PRIVATE KEY----- x"), "[PRIVATE_KEY_1] x");
  const std::string words = "It begins with -----BEGIN PRIVATE KEY----- in a line.";
  EXPECT_EQ(redacted(words), words);
}

TEST(Disguises, OnlyWholePlaceholdersAreNoPasswords) {
  EXPECT_EQ(redacted("DB_PASSWORD=$tr0ngP4ssw0rd!"), "DB_PASSWORD=[ASSIGNED_SECRET_1]");
  EXPECT_EQ(redacted_json("{\"password\":\"$tr0ngP4ssw0rd!\"}"),
            "{\"password\":\"[ASSIGNED_SECRET_1]\"}");
  EXPECT_EQ(redacted("password: $2y$10$N9qo8uLOickgx2ZMRZoMye."), "password: [ASSIGNED_SECRET_1]");
  EXPECT_EQ(redacted("password=hunter2"), "password=[ASSIGNED_SECRET_1]");
  EXPECT_EQ(redacted("password=<p4ss!word"), "password=[ASSIGNED_SECRET_1]");
  EXPECT_EQ(redacted("password=p4ss://word"), "password=[ASSIGNED_SECRET_1]");
  for (const char* none :
       {"password=${DB_PASSWORD_1}", "password=<password1>", "api_key: {{api_key_1}}",
        "password=[password1]", "password=https://vault.example/v1"}) {
    EXPECT_EQ(redacted(none), none);
  }
}

TEST(Disguises, OfAMemberCalledPasswordTheWholeStringGoes) {
  const std::string body = "{\"db_password\":\"correct horse battery staple 9\",\"x\":1}";
  const std::string without = "{\"db_password\":\"[ASSIGNED_SECRET_1]\",\"x\":1}";
  EXPECT_EQ(redacted_json(body), without);
  EXPECT_EQ(redacted(body), without);
  EXPECT_EQ(redacted_json("{\"password\":\"" + std::string(20'000, 'a') + "\"}"),
            "{\"password\":\"[ASSIGNED_SECRET_1]\"}");
  const std::string policy = "{\"password_policy\":\"four words at least\"}";
  EXPECT_EQ(redacted_json(policy), policy);
}

TEST(Disguises, NumbersOfJsonWithPointOrExponentAreReadAsIntegers) {
  EXPECT_EQ(redacted_json("[4111111111111111.0, 4.111111111111111e15, 4111111111111111000E-3]"),
            "[\"[PAYMENT_CARD_1]\", \"[PAYMENT_CARD_1]\", \"[PAYMENT_CARD_1]\"]");
  EXPECT_EQ(redacted_json("{\"phone\":4.915112345678e12}"), "{\"phone\":\"[PHONE_1]\"}");
  for (const char* stays : {"[4111111111111111.5,0.4111111111111111,4.1e999999999999,1.50e3]",
                            "[-0.0,0e0,12.0,1e-400,100000000000000000000000000000000000000000e1]"})
    EXPECT_EQ(redacted_json(stays), stays);
}

TEST(Disguises, TagCharactersAreReadAsAsciiAndHideNothing) {
  std::string tags;
  for (const char c : std::string("jane@example.com")) {
    tags += std::string("\xF3\xA0") + (c < 0x40 ? '\x80' : '\x81') +
            static_cast<char>(0x80 + (c & 0x3F));
  }
  EXPECT_EQ(redacted("Hello " + tags + " there"), "Hello [EMAIL_1] there");
  EXPECT_EQ(redacted("4111\U000E00411111\U000E003111111111"), "[PAYMENT_CARD_1]");
}

/// Characters that no reader sees, or that some take for a line's end.
std::vector<std::string> unseen() {
  std::vector<std::string> out{std::string(1, '\0'), "\x7F", "\xFF"};
  for (char c = 1; c < ' '; ++c) {
    if (c != '\t' && c != '\n' && c != '\r') out.emplace_back(1, c);
  }
  for (char c = '\x80'; c < '\xA0'; ++c) out.push_back(std::string("\xC2") + c);
  for (const char* one :
       {"\u00AD",     "\u034F",     "\u061C",    "\u115F", "\u1160", "\u17B4",     "\u180B",
        "\u180E",     "\u200B",     "\u200D",    "\u202E", "\u2028", "\u2029",     "\u2060",
        "\u2064",     "\u2800",     "\u3164",    "\uE000", "\uFE00", "\uFE0F",     "\uFEFF",
        "\uFFA0",     "\uFFF9",     "\uFFFC",    "\uFFFD", "\uFFFF", "\U0001D173", "\U000E0001",
        "\U000E0041", "\U000E0100", "\U0010FFFD"})
    out.emplace_back(one);
  return out;
}

TEST(Disguises, WhatIsNotSeenHidesNoValueOfAnyRule) {
  for (const auto& [value, label] : {
           std::pair("4111111111111111", "[PAYMENT_CARD_1]"),
           std::pair("DE89370400440532013000", "[IBAN_1]"),
           std::pair("jane@example.com", "[EMAIL_1]"),
           std::pair("+3361234567", "[PHONE_1]"),
           std::pair("203.0.113.77", "[IP_ADDRESS_1]"),
           std::pair("219-09-9999", "[US_SSN_1]"),
           std::pair("sk-proj-abcDEF1234567890abcd", "[OPENAI_KEY_1]"),
           std::pair("AKIAIOSFODNN7EXAMPLE", "[AWS_KEY_1]"),
           std::pair("ghp_abcdefghijklmnopqrstuvwxyz0123456789", "[GITHUB_TOKEN_1]"),
           std::pair("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dozjgNryP4J3", "[JWT_1]"),
       }) {
    const std::string whole = value;
    for (const std::string& one : unseen()) {
      const std::size_t middle = whole.size() / 2;
      EXPECT_EQ(redacted("so: " + whole.substr(0, middle) + one + whole.substr(middle) + ", yes"),
                std::string("so: ") + label + ", yes");
      std::string every = whole.substr(0, 1);
      for (std::size_t at = 1; at < whole.size(); ++at) every.append(one).push_back(whole[at]);
      EXPECT_EQ(redacted("so: " + every + " yes"), std::string("so: ") + label + " yes") << every;
    }
  }
}

TEST(Disguises, WhatIsNotSeenJoinsNoValueToItsNeighbour) {
  for (const std::string& one : unseen()) {
    EXPECT_EQ(redacted("x" + one + "4111111111111111" + one + "9").find("4111"), std::string::npos);
    EXPECT_EQ(redacted("api-key" + one + "abcdef0123456789abcdef0123456789"),
              "api-key" + one + "[AZURE_KEY_1]");
  }
  for (const char* separator : {"\x01", "\x0C", "\x1E", "\u0085", "\u2028"}) {
    EXPECT_EQ(redacted(std::string("bearer") + separator + "abcDEF1234567890abcd"),
              std::string("bearer") + separator + "[AUTHORIZATION_1]");
    EXPECT_EQ(redacted(std::string("Server=x") + separator + "pwd=abc123;"),
              std::string("Server=x") + separator + "pwd=[CONNECTION_PASSWORD_1];");
  }
}

TEST(Disguises, ControlCharactersHideNothingInEscapesAndEncodings) {
  EXPECT_EQ(redacted("4111\\u00011111%011111&#1;1111"), "[PAYMENT_CARD_1]");
  EXPECT_EQ(redacted("4111\x1B[0m1111\x1B[31m11111111"), "[PAYMENT_CARD_1]");
  EXPECT_EQ(redacted_json(R"(["4111\u00011111\u202811111111"])"), "[\"[PAYMENT_CARD_1]\"]");
  EXPECT_EQ(redacted("NDExMQExMTExATExMTEBMTExMQ=="), "[PAYMENT_CARD_1]");
  EXPECT_EQ(redacted_json("[52,49,1,49,49,49,49,49,49,49,49,49,49,49,49,49,49]"),
            "\"[PAYMENT_CARD_1]\"");
}

TEST(Disguises, AGivenSecretIsFoundWithControlCharactersInItAndWithout) {
  const Rules rules = compiled({.secrets = {Secret("hunter\x01two"), Secret("a\x01"
                                                                            "bcdefg")}});
  for (const char* text : {"hunter\x01two", "huntertwo", "hun\u200Bter\u2028two",
                           "a\x01"
                           "bcdefg"}) {
    Replacer replacer;
    EXPECT_EQ(redact_text(rules, replacer, std::string("is ") + text + "."),
              "is [CONFIGURED_SECRET_1].")
        << text;
  }
}

TEST(Disguises, BlanksInAHeaderHideNoToken) {
  const std::string rest = ".eyJzdWIiOiIxIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P";
  for (const char* header :
       {"{ \"alg\":\"HS256\"}", "{\n  \"alg\": \"HS256\"\n}", "{\r\n\t\"typ\":\"JWT\"}",
        " {\"alg\":\"none\"}", "\n{\n\"alg\" : \"HS256\"}",
        "\r\n{\"typ\":\"JWT\",\"alg\":\"RS256\"}", "  { \"x5t#S256\":\"abc\"}",
        "{\t\t\t\t\t\"kid\":\"1\",\"alg\":\"x\"}", "   {\"alg\":\"HS256\"}"}) {
    std::string token = to_base64url(header) + rest;
    const std::string out = redacted("t=" + token + "; x");
    EXPECT_TRUE(out.ends_with("[JWT_1]; x")) << out;
    EXPECT_EQ(out.find("dozjg"), std::string::npos) << out;
    EXPECT_EQ(redacted("keyAssertion" + token).find("dozjg"), std::string::npos) << token;
  }
  const std::string blanks =
      to_base64url(std::string(90, ' ') + "{" + std::string(90, '\n') + "\"alg\":\"x\"}");
  EXPECT_TRUE(redacted(blanks + rest).ends_with("[JWT_1]"));
  for (const char* stays : {"ewoilfieldservices.co.uk.example", "InsideTheBoxOfThings.first.second",
                            "ewogIm5vIG9iamVjdCBhdCBhbGwgaGVyZQ.b.c",
                            "eyAiYWxnIjoiSFMyNTYifQ.onlyonepoint", "eyAiYWxnIjoiSFMyNTYifQ"}) {
    EXPECT_EQ(redacted(stays), stays);
  }
}

TEST(Disguises, BlanksOfFormsAreBlanks) {
  EXPECT_EQ(redacted("card=4111+1111+1111+1111&x=1"), "card=[PAYMENT_CARD_1]&x=1");
  EXPECT_EQ(redacted("i=GB29+NWBK+6016+1331+9268+19&x"), "i=[IBAN_1]&x");
  EXPECT_EQ(redacted("to=%2B49+30+1234567&x"), "to=[PHONE_1]&x");
}

TEST(Disguises, CardsBehindLettersAndOnFourLinesAreFound) {
  EXPECT_EQ(redacted("cc4111111111111111"), "cc[PAYMENT_CARD_1]");
  EXPECT_EQ(redacted("n4111111111111111;"), "n[PAYMENT_CARD_1];");
  EXPECT_EQ(redacted("see\n4111\n1111\r\n 1111\n1111\nend"), "see\n[PAYMENT_CARD_1]\nend");
  for (const char* stays : {"0x4111111111111111", "a1b4111111111111111",
                            "4111\n1111\n1111\n1111\n1111", "7\n4111\n1111\n1111\n1111"})
    EXPECT_EQ(redacted(stays), stays);
}

TEST(Disguises, TabsAndLineEndsBetweenGroupsHideNoCardOrAccount) {
  for (const char* hidden :
       {"4111\t1111\t1111\t1111", "4111\r1111\r1111\r1111", "4111 \t 1111\r\n1111 -\n1111",
        "3782\t822463\t10005", "3782\n822463\r\n10005"})
    EXPECT_EQ(redacted(hidden), "[PAYMENT_CARD_1]") << hidden;
  EXPECT_EQ(redacted("DE89\t3704 0044\r\n0532 0130\r00"), "[IBAN_1]");
  EXPECT_EQ(redacted("DE89  3704  0044  0532  0130  00"), "[IBAN_1]");
  EXPECT_EQ(redacted("DE89 - 3704\n  0044  \r\n\t0532 0130 00"), "[IBAN_1]");
  EXPECT_EQ(redacted("+49\t30\t1234567"), "[PHONE_1]");
  // Columns of a table.
  for (const char* stays : {"4111\t1111\t1111\t1111\t2024", "7\t4111\t1111\t1111\t1111"})
    EXPECT_EQ(redacted(stays), stays);
}

TEST(Disguises, EntitiesAreWhatTheyShow) {
  for (const char* hidden :
       {"a&commat;b.example", "a@b&period;example", "a&#64;b&#46;example", "a&#x40;b&#X2e;example",
        "a&#000000000000064;b.example", "a&#0064b&period;example", "a&amp;commat;b.example"})
    EXPECT_EQ(redacted(hidden), "[EMAIL_1]") << hidden;
  const std::string zeros(200, '0');
  EXPECT_EQ(redacted("a&#x" + zeros + "40;b.example"), "[EMAIL_1]");
  EXPECT_EQ(redacted("a&#" + zeros + "64;b.example"), "[EMAIL_1]");
  for (const char* hidden :
       {"4111&#1114112;1111 11111111", "4111&#xFFFFFFFFFFF;111111111111", "4111&#0;111111111111",
        "4111&nbsp;1111&nbsp;1111&nbsp;1111", "4111&#160;1111&#xA0;1111&#32 1111",
        "4111&shy;1111&thinsp;1111&ndash;1111", "4111&Tab;1111&NewLine;1111&ZeroWidthSpace;1111"})
    EXPECT_EQ(redacted(hidden), "[PAYMENT_CARD_1]") << hidden;
  for (const char* stays : {"&commat", "&#;", "&#x;", "&nbsp;&eacute;", "R&D; x", "&#1114112;"})
    EXPECT_EQ(redacted(stays), stays);
}

TEST(Disguises, LabelsMayBeTwoWords) {
  EXPECT_EQ(redacted("Client secret: hunter2x"), "Client secret: [ASSIGNED_SECRET_1]");
  EXPECT_EQ(redacted("pass word = hunter2x"), "pass word = [ASSIGNED_SECRET_1]");
  EXPECT_EQ(redacted("API key: abc123def"), "API key: [ASSIGNED_SECRET_1]");
  EXPECT_EQ(redacted_json(R"({"pass phrase":"my old dog","api key":"abc123def456"})"),
            R"({"pass phrase":"[ASSIGNED_SECRET_1]","api key":"[ASSIGNED_SECRET_2]"})");
  EXPECT_EQ(redacted_json(R"({"words":[{"word":"pass"},{"word":"word:"},{"word":"hunter2x"}]})"),
            R"({"words":[{"word":"pass"},{"word":"word:"},{"word":"[ASSIGNED_SECRET_1]"}]})");
}

TEST(Disguises, NamesInAddressesAreOfAnyScript) {
  for (const char* address :
       {"michał@example.pl", "søren@example.dk", "straße@example.de", "דנה@example.co.il",
        "जया@example.in", "지수@example.kr", "王小伟@example.cn", "สมชาย@example.th",
        "jane.@example.com", "j..doe@example.com"})
    EXPECT_EQ(redacted(std::string("to ") + address), "to [EMAIL_1]") << address;
  EXPECT_EQ(redacted("联系jane@example.com谢谢"), "联系[EMAIL_1]谢谢");
}

TEST(Disguises, BeyondAHundredThousandValuesLabelsHaveNoNumber) {
  Replacer replacer;
  for (std::size_t i = 0; i < Replacer::kMostNumbered; ++i)
    replacer.replacement("email", std::to_string(i));
  EXPECT_EQ(replacer.replacement("email", "one more"), "[EMAIL]");
  EXPECT_EQ(replacer.replacement("phone", "and another"), "[PHONE]");
  EXPECT_EQ(replacer.replacement("email", "99999"), "[EMAIL_100000]");
  EXPECT_EQ(replacer.counts().at("email"), Replacer::kMostNumbered + 2);
}

}  // namespace
}  // namespace tollgate::redaction
