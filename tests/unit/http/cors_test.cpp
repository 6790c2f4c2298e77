// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/http/cors.hpp"

#include <gtest/gtest.h>

namespace tollgate::http {
namespace {

const CorsPolicy kPolicy({"https://app.example", "http://localhost:3000"});

RequestHead head(std::string_view method, std::vector<Field> fields) {
  RequestHead out;
  out.method = method;
  out.fields = std::move(fields);
  return out;
}

TEST(CorsPolicy, APreflightIsTheBrowsersQuestionFromAPageThatMayCall) {
  const Field method{"Access-Control-Request-Method", "POST"};
  const Field origin{"Origin", "https://app.example"};
  EXPECT_TRUE(kPolicy.is_preflight(head("OPTIONS", {origin, method})));
  EXPECT_FALSE(kPolicy.is_preflight(head("OPTIONS", {origin})));
  EXPECT_FALSE(kPolicy.is_preflight(head("OPTIONS", {method})));
  EXPECT_FALSE(kPolicy.is_preflight(head("POST", {origin, method})));
  for (const char* other :
       {"https://app.example.evil", "http://app.example", "https://app.example:8443", "null", ""}) {
    EXPECT_FALSE(kPolicy.is_preflight(head("OPTIONS", {{"Origin", other}, method}))) << other;
  }
  EXPECT_FALSE(CorsPolicy().is_preflight(head("OPTIONS", {origin, method})));
}

TEST(CorsPolicy, APreflightAllowsTheHeadersThatItAsksFor) {
  const std::string lines = kPolicy.preflight_lines(head(
      "OPTIONS", {{"origin", "https://app.example"},
                  {"access-control-request-method", "POST"},
                  {"access-control-request-headers", "api-key,content-type, x-stainless-os"}}));
  EXPECT_EQ(lines,
            "Access-Control-Allow-Origin: https://app.example\r\n"
            "Access-Control-Allow-Methods: GET, HEAD, POST, DELETE\r\n"
            "Access-Control-Allow-Headers: api-key,content-type, x-stainless-os\r\n"
            "Access-Control-Max-Age: 600\r\n"
            "Vary: Origin, Access-Control-Request-Method, Access-Control-Request-Headers\r\n");
}

TEST(CorsPolicy, NothingButNamesIsSentBack) {
  const std::string lines = kPolicy.preflight_lines(
      head("OPTIONS", {{"origin", "https://app.example"},
                       {"access-control-request-headers", "api-key; <script>"}}));
  EXPECT_EQ(lines.find("Allow-Headers"), std::string::npos);
}

TEST(CorsPolicy, EveryAnswerToAPageThatMayCallSaysSo) {
  const std::string lines =
      kPolicy.answer_lines(head("POST", {{"Origin", "http://localhost:3000"}}));
  EXPECT_EQ(lines.find("Access-Control-Allow-Origin: http://localhost:3000\r\n"), 0U);
  EXPECT_NE(lines.find("\r\nVary: Origin\r\n"), std::string::npos);
  EXPECT_EQ(lines.find("Allow-Credentials"), std::string::npos);
}

TEST(CorsPolicy, OthersGetNothingButTheWordThatItDepends) {
  EXPECT_EQ(kPolicy.answer_lines(head("POST", {{"Origin", "https://evil.example"}})),
            "Vary: Origin\r\n");
  EXPECT_EQ(kPolicy.answer_lines(head("POST", {})), "Vary: Origin\r\n");
  EXPECT_EQ(CorsPolicy().answer_lines(head("POST", {{"Origin", "https://app.example"}})), "");
}

TEST(CorsPolicy, AStarIsEveryOrigin) {
  const CorsPolicy everybody({"*"});
  EXPECT_TRUE(everybody.is_preflight(head(
      "OPTIONS", {{"Origin", "https://any.example"}, {"Access-Control-Request-Method", "GET"}})));
}

TEST(IsCorsField, KnowsThemByTheirPrefix) {
  EXPECT_TRUE(is_cors_field("Access-Control-Allow-Origin"));
  EXPECT_FALSE(is_cors_field("vary"));
  EXPECT_FALSE(is_cors_field("access-contro"));
}

}  // namespace
}  // namespace tollgate::http
