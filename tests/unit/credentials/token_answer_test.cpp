// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "token_answer.hpp"

#include <gtest/gtest.h>

namespace tollgate::credentials {
namespace {

const UtcTime kNow{seconds(1'790'000'000)};  // 2026-09-21T14:13:20Z

FetchResult read(std::string body, int status = 200, http::Fields fields = {}) {
  return read_token_answer({status, std::move(fields), std::move(body)}, kNow);
}

std::string with(const std::string& members) {
  return R"({"token_type":"Bearer","access_token":"eyJ.sim",)" + members + "}";
}

struct Life {
  const char* members;
  int expires;  ///< seconds from now; 0: malformed
  int renewal;
};

class TokenAnswerLife : public testing::TestWithParam<Life> {};

TEST_P(TokenAnswerLife, IsReadInEveryForm) {
  const FetchResult token = read(with(GetParam().members));
  ASSERT_EQ(static_cast<bool>(token), GetParam().expires > 0);
  if (!token) {
    EXPECT_EQ(token.error().error.code, Errc::protocol);
    EXPECT_EQ(token.error().error.message, "the token answer is malformed");
    return;
  }
  EXPECT_EQ(token->value.reveal(), "eyJ.sim");
  EXPECT_EQ(token->expires_at - kNow, seconds(GetParam().expires));
  EXPECT_EQ(token->refresh_at - kNow, seconds(GetParam().renewal));
}

INSTANTIATE_TEST_SUITE_P(
    Forms, TokenAnswerLife,
    testing::Values(
        Life{R"("expires_in":3599)", 3599, 3299}, Life{R"("expires_in":"3599")", 3599, 3299},
        // Half life from two hours on; what the issuer says goes before that, but never past five
        // minutes ahead.
        Life{R"("expires_in":7200)", 7200, 3600}, Life{R"("expires_in":"86399")", 86399, 43199},
        Life{R"("expires_in":86399,"refresh_in":43000)", 86399, 43000},
        Life{R"("expires_in":3599,"refresh_in":"60")", 3599, 60},
        Life{R"("expires_in":3599,"refresh_in":3598)", 3599, 3299},
        Life{R"("expires_in":3599,"refresh_in":-1)", 3599, 3299},
        Life{R"("expires_in":400)", 400, 200},
        // App Service has no expires_in; the 2017 interface writes dates, on Windows with AM and
        // PM.
        Life{R"("expires_on":"1790003600")", 3600, 3300},
        Life{R"("expires_on":1790003600)", 3600, 3300},
        Life{R"("expires_on":"09/21/2026 15:13:20 +00:00")", 3600, 3300},
        Life{R"("expires_on":"9/21/2026 3:13:20 PM +00:00")", 3600, 3300},
        Life{R"("expires_on":"9/22/2026 12:13:20 AM +00:00")", 36000, 18000},
        Life{R"("expires_on":"2026-09-21T15:13:20Z")", 3600, 3300},
        Life{R"("expires_on":"2026-09-21 15:13:20+00:00")", 3600, 3300},
        Life{R"("expires_on":"Mon, 21 Sep 2026 15:13:20 GMT")", 3600, 3300},
        Life{R"("expires_in":"100","expires_on":"1790003600")", 100, 50},
        Life{R"("expires_in":0)", 0, 0}, Life{R"("expires_in":-5)", 0, 0},
        Life{R"("expires_in":1e400)", 0, 0}, Life{R"("expires_in":99999999999)", 0, 0},
        Life{R"("expires_in":"3599s")", 0, 0}, Life{R"("expires_in":null)", 0, 0},
        Life{R"("expires_on":"1780000000")", 0, 0},
        Life{R"("expires_on":"9/31/2026 3:13:20 PM +00:00")", 0, 0},
        Life{R"("expires_on":"9/21/2026 13:13:20 PM +00:00")", 0, 0},
        Life{R"("expires_on":"9/21/2026 3:13:20 PM +02:00")", 0, 0},
        Life{R"("expires_on":"99999999999999999999")", 0, 0}, Life{R"("resource":"x")", 0, 0}));

TEST(TokenAnswer, WithoutAUsableTokenIsMalformed) {
  for (const char* body :
       {"", "[]", "{", "null", R"({"expires_in":3599})", R"({"access_token":7,"expires_in":3599})",
        R"({"access_token":"","expires_in":3599})",
        R"({"access_token":"a\r\nX: y","expires_in":3599})",
        R"({"access_token":"a b","expires_in":3599})"}) {
    const FetchResult token = read(body);
    ASSERT_FALSE(token) << body;
    EXPECT_EQ(token.error().error.code, Errc::protocol) << body;
  }
}

struct Refusal {
  int status;
  const char* body;
  Errc code;
  const char* message;
};

class TokenAnswerRefusal : public testing::TestWithParam<Refusal> {};

TEST_P(TokenAnswerRefusal, NamesTheIssuersCodeAndNothingElseOfIts) {
  const FetchResult token = read(GetParam().body, GetParam().status);
  ASSERT_FALSE(token);
  EXPECT_EQ(token.error().error.code, GetParam().code);
  EXPECT_EQ(token.error().error.message, GetParam().message);
  EXPECT_FALSE(token.error().retry_after);
}

INSTANTIATE_TEST_SUITE_P(
    Forms, TokenAnswerRefusal,
    testing::Values(
        Refusal{
            401,
            R"({"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret gw~0123"})",
            Errc::unauthenticated, "the issuer answered 401, AADSTS7000215"},
        Refusal{400,
                R"({"error":"invalid_scope","error_description":"The scope gw~0123 is wrong"})",
                Errc::unauthenticated, "the issuer answered 400, invalid_scope"},
        Refusal{400, R"({"error":"gw~0123","error_description":"AADSTSgw~0123"})",
                Errc::unauthenticated, "the issuer answered 400, AADSTS"},
        Refusal{400, R"({"error":"gw0123"})", Errc::unauthenticated, "the issuer answered 400"},
        Refusal{400, R"({"error":"invalid_request","error_description":"Identity not found"})",
                Errc::unauthenticated, "the issuer answered 400, the host has no such identity"},
        Refusal{404, "", Errc::unavailable, "the issuer answered 404"},
        Refusal{410, "[]", Errc::unavailable, "the issuer answered 410"},
        Refusal{429, R"({"error":7})", Errc::throttled, "the issuer answered 429"},
        Refusal{500, "<html>", Errc::unavailable, "the issuer answered 500"},
        Refusal{503, R"({"statusCode":503,"message":"gw~0123"})", Errc::unavailable,
                "the issuer answered 503"},
        Refusal{302, "", Errc::unauthenticated, "the issuer answered 302"}));

TEST(TokenAnswer, KeepsThePauseThatTheIssuerAsksFor) {
  const auto pause = [](const char* value) {
    return read("", 429, {{"retry-after", value}}).error().retry_after;
  };
  EXPECT_EQ(pause("7"), seconds(7));
  EXPECT_EQ(pause(" 7.5 "), seconds(8));
  EXPECT_FALSE(pause("0"));
  EXPECT_EQ(pause("Mon, 21 Sep 2026 14:13:50 GMT"), seconds(30));
  EXPECT_FALSE(pause("Mon, 21 Sep 2026 14:13:00 GMT"));
  EXPECT_FALSE(pause("-7"));
  EXPECT_FALSE(pause("soon"));
  EXPECT_GT(pause("9223372036854775807").value(), seconds(86'400));
}

}  // namespace
}  // namespace tollgate::credentials
