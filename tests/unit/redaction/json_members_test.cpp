// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
// What the members of a JSON object say of each other: names beside their values, and schemas.
#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

#include "drops.hpp"
#include "json_tokens.hpp"
#include "json_walk.hpp"
#include "member_name.hpp"
#include "redacted.hpp"

namespace tollgate::redaction {
namespace {

constexpr std::string_view kGone = R"("[ASSIGNED_SECRET_1]")";

/// The text with each `VALUE` in it as this.
std::string with(std::string text, std::string_view value) {
  for (std::size_t at = text.find("VALUE"); at != std::string::npos; at = text.find("VALUE"))
    text.replace(at, 5, value);
  return text;
}

/// That the string goes which stands for VALUE in the body, and nothing else.
void expect_gone(const std::string& body) {
  EXPECT_EQ(redacted_json(with(body, R"("my dog")")), with(body, kGone)) << body;
}

void expect_stays(const std::string& body) { EXPECT_EQ(redacted_json(body), body); }

TEST(JsonMembers, AValueIsWhatTheNameBesideItSaysInAnyOrderAndCase) {
  for (const char* body :
       {R"({"name":"password","value":VALUE})",
        R"({"Name":"password","Value":VALUE})",
        R"({"NAME":"DB_PASSWORD","value":VALUE})",
        R"({"value":VALUE,"name":"password"})",
        R"({"Value":VALUE,"Key":"password"})",
        R"({"k":"password","v":VALUE})",
        R"({"v":VALUE,"k":"password"})",
        R"({"header":"X-Password","value":VALUE})",
        R"({"value":VALUE,"headerName":"password"})",
        R"({"ParameterKey":"Password","ParameterValue":VALUE})",
        R"({"id":"password","value":VALUE})",
        R"({"value":VALUE,"type":"password"})",
        R"({"title":"Password:","value":VALUE})",
        R"({"name":"password","in":"q","example":VALUE})",
        R"({"key":"password","label":"of the account","value":VALUE})",
        R"({"label":"the secret of it","value":VALUE,"key":"password"})",
        R"({"name":"x","value":VALUE,"key":"password"})",
        R"([{"value":"a b"},{"value":VALUE,"name":"password"}])",
        R"({"value":[VALUE],"name":"password"})",
        R"({"value":{"text":VALUE},"key":"password"})",
        R"({"value":{"value":VALUE,"name":"password"}})",
        R"({"value":{"x":[null,true],"y":VALUE},"name":"password"})",
        R"({"value":{"x":"a b","v":{"v":VALUE,"k":"password"}},"name":"color"})",
        R"({"value":[{"v":"a b"},{"v":VALUE,"k":"password"},{"v":"c d"}],"name":"color"})",
        R"({"value":"\u0061 b","w":{"value":VALUE,"name":"pass\u00adword"}})",
        R"({"password":{"api_key":VALUE}})"})
    expect_gone(body);
  EXPECT_EQ(redacted_json(R"({"value":"s3cret","name":"api_key"})"),
            R"({"value":"[ASSIGNED_SECRET_1]","name":"api_key"})");
  EXPECT_EQ(redacted_json(R"({"a":"{\"value\":\"s3cret\",\"name\":\"api_key\"}"})"),
            R"({"a":"{\"value\":\"[ASSIGNED_SECRET_1]\",\"name\":\"api_key\"}"})");
  EXPECT_EQ(redacted_json(R"({"password":{"name":"api_key","value":"my dog"}})"),
            R"({"password":{"name":"[ASSIGNED_SECRET_1]","value":"[ASSIGNED_SECRET_2]"}})");
}

TEST(JsonMembers, ANameSaysNothingOfOtherObjects) {
  for (const char* body :
       {R"([{"value":"a b"},{"name":"password"}])", R"({"value":"a b","x":{"name":"password"}})",
        R"({"x":{"value":"a b"},"name":"password"})", R"({"name":"password","text":"a b"})",
        R"({"value":{"name":"password"},"x":"a b"})", R"({"value":"a b","name":null})",
        R"({"name":"color","value":"a b","example":"c d"})",
        R"({"value":"a b","note":"password"})"})
    expect_stays(body);
}

/// Bytes of the body that are read ahead.
std::size_t bytes_ahead(const std::string& body) {
  const Drops drops = Drops::of({}).value();
  JsonWalk walk(drops, "", SchemaPlace::elsewhere);
  JsonTokens tokens(body);
  std::size_t out = 0;
  for (JsonToken token = tokens.next(); token.kind != JsonToken::Kind::end; token = tokens.next()) {
    const std::string_view written = tokens.of(token);
    const bool quoted = written.starts_with('"');
    walk.take(token, quoted ? written.substr(1, written.size() - 2) : written);
    while (walk.looks_ahead()) out += walk.look(tokens);
  }
  return out;
}

TEST(JsonMembers, EachObjectIsReadAheadOnce) {
  std::string begin;
  std::string end;
  for (int i = 0; i < 900; ++i) {
    begin += R"({"value":)";
    end += R"(,"name":"x"})";
  }
  const std::string body = begin + R"({"v":VALUE,"k":"password"})" + end;
  expect_gone(body);
  const std::string whole = with(body, "null");
  EXPECT_GT(bytes_ahead(whole), whole.size() / 2);
  EXPECT_LT(bytes_ahead(whole), whole.size());
}

TEST(JsonMembers, AnyStepReadsAheadAlike) {
  const std::string body =
      R"([{"v":"a"},{"value":{"v":"my dog","k":"x"},"name":"password"},{"type":"object",)"
      R"("properties":{"password":{"type":"string","title":"of it"}}}])";
  const Rules rules = compiled();
  const std::string expected = redacted_json(body);
  EXPECT_NE(expected.find("of it"), std::string::npos);
  for (const std::size_t bytes : {1U, 3U, 50U}) {
    Replacer replacer;
    JsonRedaction redaction = JsonRedaction::of_json(rules, replacer, body);
    while (!redaction.step(bytes)) {
    }
    EXPECT_EQ(redaction.take(), expected) << bytes;
  }
}

TEST(JsonMembers, TextThatIsCutOffAndOtherNotationsSayItToo) {
  EXPECT_EQ(redacted_json(R"([{"name":"password","value":"my dog"},{"x)"),
            R"([{"name":"password","value":"[ASSIGNED_SECRET_1]"},{"x)");
  EXPECT_EQ(redacted("- name: API_KEY\n  value: s3cret\n- x"),
            "- name: API_KEY\n  value: [ASSIGNED_SECRET_1]\n- x");
  EXPECT_EQ(redacted(R"(<add key="api_key" value="s3cret"/>)"),
            R"(<add key="api_key" value="[ASSIGNED_SECRET_1]"/>)");
}

TEST(JsonMembers, ASchemaIsOneByWhereItStandsOrByItsShape) {
  const std::string said = R"({"password":{"type":"string","title":"of the account"}})";
  for (const std::string& body : std::initializer_list<std::string>{
           R"({"tools":[{"type":"function","parameters":{"properties":)" + said + "}}]}",
           R"({"tools":[{"function":{"parameters":{"properties":)" + said + "}}}]}",
           R"({"response":{"tools":[{"parameters":{"$defs":)" + said + "}}]}}",
           R"({"text":{"format":{"schema":{"anyOf":[{"properties":)" + said + "}]}}}}",
           R"({"response_format":{"json_schema":{"schema":{"items":{"properties":)" + said +
               "}}}}}",
           R"({"x":[{"type":"object","properties":)" + said + "}]}",
           R"({"x":{"properties":)" + said + R"(,"type":["object","null"]}})",
           R"({"x":{"$defs":)" + said + R"(,"properties":{"a":true},"type":"object"}})",
           R"({"x":"{\"type\":\"object\",\"properties\":{\"password\":{\"type\":\"string\",)"
           R"(\"title\":\"of it\"}}}"})"})
    expect_stays(body);
}

TEST(JsonMembers, PropertiesAloneMakeNoSchema) {
  for (const char* body :
       {R"({"resource":{"properties":{"password":{"title":VALUE}}}})",
        R"({"properties":{"password":{"enum":null,"title":VALUE}}})",
        R"({"type":"site","properties":{"password":{"enum":null,"title":VALUE}}})",
        R"({"type":"object","properties":{"password":{"title":VALUE}}})",
        R"({"type":"object","properties":{"password":{"type":VALUE}}})",
        R"({"type":"object","properties":[{"password":{"enum":null,"title":VALUE}}]})",
        R"({"type":"object","properties":{"password":{"enum":null,"title":VALUE},"a":"b"}})",
        R"({"password":{"type":null,"kind":[],"properties":{},"title":VALUE}})",
        R"({"tools":[{"x":{"properties":{"password":{"title":VALUE}}}}]})",
        R"({"input":[{"parameters":{"properties":{"password":{"title":VALUE}}}}]})",
        R"({"tools":[{"parameters":{"default":{"properties":{"password":{"title":VALUE}}}}}]})",
        R"({"a":{"tools":[{"parameters":{"properties":{"password":{"title":VALUE}}}}]}})"})
    expect_gone(body);
  EXPECT_EQ(redacted_json(R"({"resource":{"properties":{"api_key":{"title":"s3cret"}}}})"),
            R"({"resource":{"properties":{"api_key":{"title":"[ASSIGNED_SECRET_1]"}}}})");
}

TEST(JsonMembers, WhatASchemaSaysOfASecretStaysAndWhatItGivesGoes) {
  const auto schema = [](const std::string& said) {
    return R"({"tools":[{"parameters":{"type":"object","properties":{"password":{)" + said +
           "}}}}]}";
  };
  for (const char* said :
       {R"("minLength":8)", R"("maxLength":123456)", R"("pattern":"^[a-z0-9]{8,}$")",
        R"("format":"password")", R"("type":["string","null"])", R"("$ref":"#/$defs/Pass word1")",
        R"("required":["user1 name"])", R"("$comment":"hashed 2 times")", R"("minimum":1.5)",
        R"("properties":{"hint":{"description":"a b"}})"})
    expect_stays(schema(said));
  for (const char* given :
       {R"("default":VALUE)", R"("const":VALUE)", R"("enum":[VALUE])", R"("examples":[VALUE])",
        R"("x":{"title":VALUE})", R"("default":{"title":VALUE})",
        R"("items":{"properties":{"hint":{"default":VALUE}}})"})
    expect_gone(schema(given));
  EXPECT_EQ(redacted_json(schema(R"("description":"as a@b.example has it")")),
            schema(R"("description":"as [EMAIL_1] has it")"));
  EXPECT_EQ(redacted_json(schema(R"("title":"x","default":7.5)")),
            schema(R"("title":"x","default":"[ASSIGNED_SECRET_1]")"));
}

TEST(JsonMembers, NamesAreReadAsTheyAreSeen) {
  for (const char* name : {"pass\\u00adword", "pass\u200Bword", "ｐａｓｓｗｏｒｄ",
                           "PASS\u2060WORD", "pa\u0301ssword", "pass%77ord", "pass&shy;word",
                           "pass\\u0000word", "password:", "password[]", "\u202Epassword"}) {
    EXPECT_EQ(redacted_json(with(R"({"N":VALUE})", R"("my dog")").replace(2, 1, name)),
              with(R"({"N":VALUE})", kGone).replace(2, 1, name));
    expect_gone(R"({"name":")" + std::string(name) + R"(","value":VALUE})");
  }
  EXPECT_EQ(redacted_json("{\"api\\u00ad_key\":\"s3cret\"}"),
            "{\"api\\u00ad_key\":\"[ASSIGNED_SECRET_1]\"}");
  EXPECT_EQ(member_name(std::string(500, 'a')).size(), 100U);
  std::string apart = "p";
  for (const char c : std::string("assword")) apart.append("\u200B\u00AD\u2060\u200D\u200C") += c;
  EXPECT_EQ(member_name(apart), "password");
}

TEST(JsonMembers, ShortSecretsGoWhereTheNameEndsWithWhatTheyAre) {
  EXPECT_EQ(redacted_json(R"({"api_key":"s3cret","db_secret":"a1b2c3"})"),
            R"({"api_key":"[ASSIGNED_SECRET_1]","db_secret":"[ASSIGNED_SECRET_2]"})");
  for (const char* body :
       {R"({"api_key_name":"s3cret"})", R"({"secret_type":"oauth2"})", R"({"api_key":"secret"})",
        R"({"api_key":"s3cre"})", R"({"api_key":"${KEY1}"})"})
    expect_stays(body);
}

TEST(JsonMembers, NumbersBelowASecretsMemberGoHoweverTheyAreWritten) {
  for (const char* number : {"1e400", "-1e-400", "12.5", "7", "1.0e5"})
    EXPECT_EQ(redacted_json(R"({"password":)" + std::string(number) + "}"),
              R"({"password":"[ASSIGNED_SECRET_1]"})")
        << number;
  EXPECT_EQ(redacted_json(R"({"card":4111111111111111.)" + std::string(50, '0') + "}"),
            R"({"card":"[PAYMENT_CARD_1]"})");
  EXPECT_EQ(redacted_json(R"({"card":0.)" + std::string(50, '0') + "4111111111111111e66}"),
            R"({"card":"[PAYMENT_CARD_1]"})");
  for (const char* body : {R"({"password_age":12.5,"x":1e400,"y":[0.25,1e-400]})"})
    expect_stays(body);
}

TEST(JsonMembers, WhatIsNoAuthorizationsCredentialStays) {
  EXPECT_EQ(redacted_json(R"({"authorization":{"scheme":"Custom","with":"two words abc123"}})"),
            R"({"authorization":{"scheme":"Custom","with":"[AUTHORIZATION_1]"}})");
}

}  // namespace
}  // namespace tollgate::redaction
