// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "rate_fields.hpp"

#include <gtest/gtest.h>

#include <string>

#include "response_writer.hpp"

namespace tollgate::proxy {
namespace {

http::ResponseHead backend_says(std::vector<http::Field> fields) {
  http::ResponseHead out;
  out.status = 200;
  out.reason = "OK";
  out.fields = std::move(fields);
  return out;
}

const std::string kOurs =
    "x-ratelimit-limit-tokens: 100\r\nx-ratelimit-remaining-tokens: 7\r\n"
    "x-ratelimit-reset-tokens: 2s\r\n";

quotas::Tightest seven_tokens() { return {{}, quotas::Room{100, 7, milliseconds(1500)}}; }

TEST(RateFields, AreOursWhereNobodyElseTellsAny) {
  EXPECT_EQ(rate_lines(seven_tokens(), nullptr), kOurs);
  const auto silent = backend_says({});
  EXPECT_EQ(rate_lines(seven_tokens(), &silent), kOurs);
  EXPECT_EQ(rate_lines({}, &silent), "");
}

TEST(RateFields, AreTheTighterOnes) {
  const auto more = backend_says({{"x-ratelimit-remaining-tokens", "8"}});
  EXPECT_EQ(rate_lines(seven_tokens(), &more), kOurs);
  const auto less = backend_says({{"x-ratelimit-remaining-tokens", "6"}});
  EXPECT_EQ(rate_lines(seven_tokens(), &less), "");
  const auto odd = backend_says({{"x-ratelimit-remaining-tokens", "many"}});
  EXPECT_EQ(rate_lines(seven_tokens(), &odd), kOurs);
}

TEST(RateFields, TakeThePlaceOfTheBackendsOfTheirKindAlone) {
  const auto head = backend_says({{"x-ratelimit-limit-tokens", "1000"},
                                  {"X-RateLimit-Remaining-Tokens", "900"},
                                  {"x-ratelimit-remaining-requests", "9"},
                                  {"x-other", "1"}});
  const std::string written =
      write_response_head(head, ClientFraming::none, true, false, {}, kOurs);
  EXPECT_EQ(written.find("1000"), std::string::npos) << written;
  EXPECT_EQ(written.find("900"), std::string::npos) << written;
  EXPECT_NE(written.find("x-ratelimit-remaining-requests: 9\r\n"), std::string::npos);
  EXPECT_NE(written.find("x-other: 1\r\n"), std::string::npos);
  EXPECT_NE(written.find(kOurs), std::string::npos);
}

}  // namespace
}  // namespace tollgate::proxy
