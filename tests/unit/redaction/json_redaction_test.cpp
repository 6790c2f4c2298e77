// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/redaction/json_redaction.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "json_text.hpp"
#include "redacted.hpp"
#include "tollgate/base/base64.hpp"

namespace tollgate::redaction {
namespace {

TEST(JsonRedaction, WhatHoldsNothingStaysToTheByte) {
  for (const char* body :
       {"{}", " [ 1 , 2.50, -0e3, true,null ] ", R"({"a" : "\u00e4\/\ud800x","b":[[]]})", "\"x\"",
        "12", R"({"a":"[1, 2"})", R"({"a":"{\"b\": 1}"})"}) {
    EXPECT_EQ(redacted_json(body), body);
  }
}

TEST(JsonRedaction, StringsAreSearchedAsWhatTheySpell) {
  EXPECT_EQ(redacted_json(R"({"user":"jane\u0040example.com","n":1})"),
            R"({"user":"[EMAIL_1]","n":1})");
  EXPECT_EQ(redacted_json(R"({"a":"q\"\n jane@example.com\ud83d\ude00\udc00"})"),
            R"({"a":"q\"\n [EMAIL_1]😀\udc00"})");
  EXPECT_EQ(redacted_json(R"({"jane@example.com":[{"x":"y"}]})"), R"({"[EMAIL_1]":[{"x":"y"}]})");
}

TEST(JsonRedaction, NumbersBecomeStrings) {
  EXPECT_EQ(redacted_json(R"({"card":4111111111111111,"n":123456,"f":4.111111111111111})"),
            R"({"card":"[PAYMENT_CARD_1]","n":123456,"f":4.111111111111111})");
  EXPECT_EQ(redacted_json(R"({"phone":4915112345678})"), R"({"phone":"[PHONE_1]"})");
}

TEST(JsonRedaction, MembersNamesAreContext) {
  EXPECT_EQ(redacted_json(R"({"api_key":"0123456789abcdef0123456789abcdef"})"),
            R"({"api_key":"[AZURE_KEY_1]"})");
  EXPECT_EQ(redacted_json(R"({"etag":"0123456789abcdef0123456789abcdef"})"),
            R"({"etag":"0123456789abcdef0123456789abcdef"})");
  EXPECT_EQ(redacted_json(R"({"client_secret":["correct4horse-battery"]})"),
            R"({"client_secret":["[ASSIGNED_SECRET_1]"]})");
}

TEST(JsonRedaction, JsonInStringsIsTreatedAsJson) {
  EXPECT_EQ(redacted_json(
                R"({"arguments":"{\"to\":\"jane\\u0040example.com\",\"card\":4111111111111111}"})"),
            R"({"arguments":"{\"to\":\"[EMAIL_1]\",\"card\":\"[PAYMENT_CARD_1]\"}"})");
  std::string body = R"("jane@example.com")";
  for (int depth = 0; depth < 7; ++depth) body = "{\"a\":" + nlohmann::json(body).dump() + "}";
  EXPECT_EQ(redacted_json(body).find("jane"), std::string::npos);
}

TEST(JsonRedaction, PartsOfOneMessageAreSearchedAsOne) {
  EXPECT_EQ(redacted_json(
                R"({"messages":[{"content":[{"type":"text","text":"I am jane@exa"},)"
                R"({"type":"image"},{"type":"text","text":"mple.com, hi"}]},{"content":"b"}]})"),
            R"({"messages":[{"content":[{"type":"text","text":"I am [EMAIL_1]"},)"
            R"({"type":"image"},{"type":"text","text":", hi"}]},{"content":"b"}]})");
  EXPECT_EQ(redacted_json(
                R"([{"text":"4111 1111 ","x":[{"text":"a@b.example"},1]},{"text":"1111 1111"}])"),
            R"([{"text":"[PAYMENT_CARD_1]","x":[{"text":"[EMAIL_1]"},1]},{"text":""}])");
}

TEST(JsonRedaction, ShortStringsOfAnArrayAreSearchedAsOne) {
  EXPECT_EQ(redacted_json(R"({"c":["a","@","b",".","e","x","a","m","p","l","e"],"d":["x","y"]})"),
            R"({"c":["[EMAIL_1]","","","","","","","","","",""],"d":["x","y"]})");
  EXPECT_EQ(redacted_json(R"({"c":["4111","1111",["a"],"1111","1111","too long for it"]})"),
            R"({"c":["[PAYMENT_CARD_1]","",["a"],"","","too long for it"]})");
  EXPECT_EQ(redacted_json(R"(["2021","2022","2023","2024","red","green"])"),
            R"(["2021","2022","2023","2024","red","green"])");
}

TEST(JsonRedaction, CodesOfCharactersAreSearchedAsWhatTheySpell) {
  const auto codes = [](std::string_view text) {
    nlohmann::json out = nlohmann::json::array();
    for (const char c : text) out.push_back(static_cast<int>(c));
    return out.dump();
  };
  EXPECT_EQ(redacted_json(R"({"a":)" + codes("to a@b.example!") + R"(,"b":1})"),
            R"({"a":"to [EMAIL_1]!","b":1})");
  EXPECT_EQ(redacted_json("[[1,2]," + codes("a@b.example") + R"(,"x"])"),
            R"([[1,2],"[EMAIL_1]","x"])");
  const std::string plain = codes("no value at all");
  EXPECT_EQ(redacted_json(plain), plain);
  EXPECT_EQ(redacted_json("[97,64,98,46,101,-1]"), "[97,64,98,46,101,-1]");
  EXPECT_EQ(redacted_json("[0.5,1114112,55296,97]"), "[0.5,1114112,55296,97]");
}

TEST(JsonRedaction, DroppedMembersAreGoneWithAllThatIsInThem) {
  const Rules rules = compiled({.drop = {"$.messages[*].metadata", "**.user"}});
  Replacer replacer;
  EXPECT_EQ(
      redact_json(
          rules, replacer,
          R"({"messages":[{"metadata":{"k":["a@b.example",{"x":1}]},"y":1},{"metadata":false}],)"
          R"("metadata":{"z":2},"user":"u","q":{"user":[7, 8] } })"),
      R"({"messages":[{"metadata":"[DROPPED]","y":1},{"metadata":"[DROPPED]"}],)"
      R"("metadata":{"z":2},"user":"[DROPPED]","q":{"user":"[DROPPED]" } })");
  EXPECT_EQ(replacer.counts().at("dropped"), 4U);
  EXPECT_EQ(replacer.counts().count("email"), 0U);
}

TEST(JsonRedaction, DroppedMembersThatHoldNothingStayAndDoNotCount) {
  const Rules rules = compiled({.drop = {"**.user"}});
  Replacer replacer;
  const std::string body =
      R"({"user":null,"logprobs":null,"c":[{"logprobs":[ ]},{"user":{}},{"user":""}],"n":1})";
  EXPECT_EQ(redact_json(rules, replacer, body), body);
  EXPECT_TRUE(replacer.counts().empty());
}

TEST(JsonRedaction, LogProbabilitiesGoWhereverTheyStand) {
  EXPECT_EQ(redacted_json(R"({"logprobs":[{"token":"4111","bytes":[52,49]}],"input":[{"content":)"
                          R"([{"text":"x","logprobs":[{"token":"1111"}]}]}],)"
                          R"("choices":[{"logprobs":{"content":null}},{"logprobs":null}]})"),
            R"({"logprobs":"[DROPPED]","input":[{"content":)"
            R"([{"text":"x","logprobs":"[DROPPED]"}]}],)"
            R"("choices":[{"logprobs":"[DROPPED]"},{"logprobs":null}]})");
}

TEST(JsonRedaction, OptionsThatAskForLogProbabilitiesStay) {
  EXPECT_EQ(redacted_json(R"({"logprobs":true,"x":{"logprobs":5},"y":{"logprobs":"a@b.example"}})"),
            R"({"logprobs":true,"x":{"logprobs":5},"y":{"logprobs":"[EMAIL_1]"}})");
}

TEST(JsonRedaction, TokenIdsGo) {
  EXPECT_EQ(redacted_json(R"({"prompt":[9906,1917],"n":1})"), R"({"prompt":"[DROPPED]","n":1})");
  EXPECT_EQ(redacted_json(R"({"prompt":[9906.0,1.917e3]})"), R"({"prompt":"[DROPPED]"})");
  EXPECT_EQ(redacted_json(R"({"input":[[9906],[ 1917, 0 ],"a@b.example"]})"),
            R"({"input":["[DROPPED]","[DROPPED]","[EMAIL_1]"]})");
  EXPECT_EQ(redacted_json(R"({"segments":[{"text":"hi","tokens":[50364,2421]}]})"),
            R"({"segments":[{"text":"hi","tokens":"[DROPPED]"}]})");
}

TEST(JsonRedaction, NullsAndNegativeNumbersHideNoCodesAndNoTokenIds) {
  for (const char* ids : {"[9906,null,1917]", "[null,9906]", "[-1,9906]", "[9906,true]",
                          "[9906,99999999999]", "[9906,1e400]", "[-1e-400,9906]", "[-1]"}) {
    const std::string body = std::string(R"({"prompt":)") + ids + "}";
    EXPECT_EQ(redacted_json(body), R"({"prompt":"[DROPPED]"})") << ids;
  }
  EXPECT_EQ(redacted_json("[97,null,64,98,-1,46,101,1114112,120]"), R"("[EMAIL_1]")");
  EXPECT_EQ(redacted_json("[97,1e400,64,98,-1e999,46,101,1e-400,120]"), R"("[EMAIL_1]")");
  EXPECT_EQ(redacted_json(R"({"prompt":[null],"x":[-1,-2,-3,-4,-5,-6,-7]})"),
            R"({"prompt":[null],"x":[-1,-2,-3,-4,-5,-6,-7]})");
}

TEST(JsonRedaction, BelowASecretsMemberAllOfItGoes) {
  EXPECT_EQ(redacted_json(R"({"password":{"value":"x","n":[7,{"deep":"my dog"}],"none":null}})"),
            R"({"password":{"value":"[ASSIGNED_SECRET_1]","n":["[ASSIGNED_SECRET_2]",)"
            R"({"deep":"[ASSIGNED_SECRET_3]"}],"none":null}})");
  EXPECT_EQ(redacted_json(R"({"password":1234,"x":1234,"password_policy":{"a":"b c"}})"),
            R"({"password":"[ASSIGNED_SECRET_1]","x":1234,"password_policy":{"a":"b c"}})");
  EXPECT_EQ(redacted_json(R"({"api_key":{"value":"abc123def456"},"other":"abc123def456"})"),
            R"({"api_key":{"value":"[ASSIGNED_SECRET_1]"},"other":"abc123def456"})");
  EXPECT_EQ(redacted_json(R"({"password":"{\"value\":\"x\"}"})"),
            R"({"password":"{\"value\":\"[ASSIGNED_SECRET_1]\"}"})");
  EXPECT_EQ(redacted_json(R"({"secret":{"phone":"0301234567"}})"),
            R"({"secret":{"phone":"[PHONE_1]"}})");
}

TEST(JsonRedaction, NumbersThatAreNoTokenIdsStay) {
  for (const char* body :
       {R"({"input":[],"prompt":[0.5,1],"tokens":[1,2],"x":{"prompt":[1,2]}})",
        R"({"input":[{"type":"x","v":[1,2]}],"arguments":"{\"input\":[1,2,3]}"})"}) {
    EXPECT_EQ(redacted_json(body), body);
  }
}

TEST(JsonRedaction, WordsOfATranscriptionAreSearchedAsOne) {
  EXPECT_EQ(redacted_json(R"({"words":[{"word":"card","start":0.1},{"word":"4111"},)"
                          R"({"word":"1111"},{"word":"1111"},{"word":"1111"},{"word":"ok"}]})"),
            R"({"words":[{"word":"card","start":0.1},{"word":"[PAYMENT_CARD_1]"},)"
            R"({"word":""},{"word":""},{"word":""},{"word":"ok"}]})");
  EXPECT_EQ(redacted_json(R"([{"word":"is"},{"word":"jane"},{"word":"@"},{"word":"example."},)"
                          R"({"word":"com"},{"word":"yes"}])"),
            R"([{"word":"is"},{"word":"[EMAIL_1]"},{"word":""},{"word":""},)"
            R"({"word":""},{"word":"yes"}])");
  EXPECT_EQ(redacted_json(R"([{"word":" is "},{"word":"4111 "},{"word":"1111-1111-"},)"
                          R"({"word":"1111"}])"),
            R"([{"word":" is "},{"word":"[PAYMENT_CARD_1]"},{"word":""},{"word":""}])");
}

TEST(JsonRedaction, TextsAndWordsOfOneArrayAreSearchedApart) {
  EXPECT_EQ(redacted_json(R"([{"text":"4111 1111","word":"jane@"},)"
                          R"({"text":" 1111 1111","word":"example.com"}])"),
            R"([{"text":"[PAYMENT_CARD_1]","word":"[EMAIL_1]"},{"text":"","word":""}])");
}

TEST(JsonRedaction, FilesInBase64BecomeTheirDescription) {
  std::string bytes;
  for (int i = 0; i < 999; ++i) bytes.push_back(static_cast<char>(i * 7919 >> 3));
  const nlohmann::json body = {
      {"image_url", {{"url", "data:image/jpeg;base64," + to_base64(bytes)}}},
      {"data", to_base64(bytes)}};
  const nlohmann::json out = nlohmann::json::parse(redacted_json(body.dump()));
  EXPECT_EQ(out["image_url"]["url"].get<std::string>(), "[image/jpeg 999 bytes BINARY_1]");
  EXPECT_EQ(out["data"].get<std::string>(), "[base64 999 bytes BINARY_1]");
}

TEST(JsonRedaction, WhatIsNoJsonIsSearchedAsText) {
  EXPECT_EQ(redacted_json("hello a@b.example"), "hello [EMAIL_1]");
  EXPECT_EQ(redacted_json(R"({"a":"x\u0040b.example"} {)"), R"({"a":"[EMAIL_1]"} {)");
  EXPECT_EQ(redacted_json(R"({"a":"jane\u0040exam)"), R"({"a":"jane\u0040exam)");
  EXPECT_EQ(redacted_json(R"({"a":"\q a@b.example"})"), R"({"a":"\q [EMAIL_1]"})");
  EXPECT_EQ(redacted_json(""), "");
  const std::string deep = std::string(2000, '[') + "\"a@b.example\"" + std::string(2000, ']');
  EXPECT_EQ(redacted_json(deep).find("a@b"), std::string::npos);
}

TEST(JsonRedaction, AnyStepGivesTheSame) {
  std::string body = R"({"messages":[)";
  for (int i = 0; i < 40; ++i) {
    body +=
        R"({"content":[{"text":"x@exa"},{"text":"mple.com"}],"arguments":"{\"c\":4111111111111111}"},)";
  }
  body += R"({"text":"end"}]})";
  const Rules rules = compiled();
  Replacer whole;
  const std::string expected = redact_json(rules, whole, body);
  for (const std::size_t bytes : {1U, 5U, 100U, 4096U}) {
    Replacer replacer;
    JsonRedaction redaction(rules, replacer, body);
    while (!redaction.step(bytes)) {
    }
    EXPECT_EQ(redaction.take(), expected) << bytes;
    EXPECT_EQ(replacer.counts(), whole.counts());
  }
}

TEST(JsonRedaction, WhatIsSaidToBeJsonIsSearchedAlikeAndAsTextWhereItIsNone) {
  const Rules rules = compiled();
  for (
      const char* body :
      {R"({"to":"jane\u0040example.com","n":4111111111111111,"p":[{"text":"a@b.ex"},{"text":"ample"}]})",
       R"("a@b.example")", "[]", "", R"({"to":"jane@example.com","p":["a","@","b"],"x":)",
       R"({"p":[{"text":"one"},{"text":"two"}]}, jane@example.com)"}) {
    Replacer replacer;
    JsonRedaction redaction = JsonRedaction::of_json(rules, replacer, body);
    while (!redaction.step()) {
    }
    EXPECT_EQ(redaction.take(), redacted_json(body)) << body;
  }
}

TEST(JsonText, WhatWasDecodedIsEncodedAlike) {
  for (const char* raw : {R"(a\"b\\c\n)", R"(\u0001\u001f)", R"(\ud800\udc00\ud800)", "äöü"}) {
    const std::optional<std::string> text = decode_json_text(raw);
    ASSERT_TRUE(text) << raw;
    const std::string encoded = encode_json_text(*text);
    EXPECT_EQ(decode_json_text(std::string_view(encoded).substr(1, encoded.size() - 2)), text)
        << raw;
  }
  for (const char* raw : {"\\", "\\x", "\\u12", "\\u12g4", "\n"})
    EXPECT_FALSE(decode_json_text(raw)) << raw;
}

}  // namespace
}  // namespace tollgate::redaction
