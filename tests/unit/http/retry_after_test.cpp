// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/http/retry_after.hpp"

#include <gtest/gtest.h>

#include <random>

namespace tollgate::http {
namespace {

using Fields = std::vector<http::Field>;

const UtcTime kNow = *from_rfc3339("2026-11-24T12:00:00.250Z");

struct Case {
  const char* name;
  Fields fields;
  std::optional<milliseconds> wait;
};

class RetryAfterTable : public testing::TestWithParam<Case> {};

TEST_P(RetryAfterTable, ReadsAnHonestWait) {
  EXPECT_EQ(retry_after(GetParam().fields, kNow), GetParam().wait);
}

INSTANTIATE_TEST_SUITE_P(
    RetryAfter, RetryAfterTable,
    testing::Values(
        Case{"nothing", {{"content-type", "application/json"}}, std::nullopt},
        Case{"seconds", {{"Retry-After", "7"}}, milliseconds(7000)},
        Case{"fraction", {{"retry-after", "0.25"}}, milliseconds(250)},
        Case{"fraction_rounds_up", {{"retry-after", "0.0001"}}, milliseconds(1)},
        Case{"date", {{"retry-after", "Tue, 24 Nov 2026 12:00:03 GMT"}}, milliseconds(2750)},
        Case{"date_long_past", {{"retry-after", "Sun, 06 Nov 1994 08:49:37 GMT"}}, std::nullopt},
        Case{"date_far_off", {{"retry-after", "Tue, 24 Nov 2099 12:00:03 GMT"}}, kLongestWait},
        Case{"garbage", {{"retry-after", "soon"}}, std::nullopt},
        Case{"trailing_garbage", {{"retry-after", "5s"}}, std::nullopt},
        Case{"not_a_number", {{"retry-after", "nan"}}, std::nullopt},
        Case{"infinite", {{"retry-after", "inf"}}, std::nullopt},
        Case{"empty", {{"retry-after", ""}}, std::nullopt},
        Case{"negative", {{"retry-after", "-5"}}, std::nullopt},
        Case{"zero", {{"retry-after", "0"}}, std::nullopt},
        Case{"a_day", {{"retry-after", "86400"}}, kLongestWait},
        Case{"a_billion", {{"retry-after", "1000000000"}}, kLongestWait},
        Case{"beyond_any_integer", {{"retry-after", "1e300"}}, kLongestWait},
        Case{"provisioned_throughput",
             {{"retry-after", "1"}, {"retry-after-ms", "345"}},
             milliseconds(345)},
        Case{"ms_of_zero_says_nothing",
             {{"retry-after-ms", "0"}, {"retry-after", "2"}},
             milliseconds(2000)},
        Case{"garbled_ms_falls_back",
             {{"retry-after-ms", "x"}, {"retry-after", "2"}},
             milliseconds(2000)},
        Case{"azure_core_name",
             {{"x-ms-retry-after-ms", "1500"}, {"retry-after", "2"}},
             milliseconds(1500)},
        Case{"captured_token_quota",
             {{"retry-after", "1"},
              {"retry-after-ms", "0"},
              {"x-ratelimit-remaining-tokens", "0"},
              {"x-ratelimit-reset-tokens", "0"},
              {"x-ratelimit-renewalperiod-tokens", "60"},
              {"x-ratelimit-type", "Tokens"}},
             milliseconds(60'000)},
        Case{"request_window",
             {{"retry-after", "1"},
              {"x-ratelimit-remaining-requests", "0"},
              {"x-ratelimit-renewalperiod-requests", "10"},
              {"x-ratelimit-remaining-tokens", "100"},
              {"x-ratelimit-renewalperiod-tokens", "60"}},
             milliseconds(10'000)},
        Case{"overdrawn_tokens",
             {{"x-ratelimit-remaining-tokens", "-27689"},
              {"x-ratelimit-renewalperiod-tokens", "60"}},
             milliseconds(60'000)},
        Case{"window_shorter_than_told",
             {{"retry-after", "30"},
              {"x-ratelimit-remaining-requests", "0"},
              {"x-ratelimit-renewalperiod-requests", "10"}},
             milliseconds(30'000)},
        Case{"tokens_are_left",
             {{"retry-after", "1"},
              {"x-ratelimit-remaining-tokens", "5"},
              {"x-ratelimit-renewalperiod-tokens", "60"}},
             milliseconds(1000)},
        Case{"used_up_but_no_period",
             {{"retry-after", "4"}, {"x-ratelimit-remaining-tokens", "-27689"}},
             milliseconds(4000)},
        Case{"reset_has_no_unit", {{"x-ratelimit-reset-tokens", "500"}}, std::nullopt},
        Case{"first_of_two_counts",
             {{"retry-after", "3"}, {"retry-after", "9"}},
             milliseconds(3000)}),
    [](const auto& info) { return info.param.name; });

TEST(RetryAfter, StaysWithinItsBoundsOnAnyBytes) {
  std::mt19937 random(20261124);
  const std::string alphabet = "0123456789.-+eE, :GMTNovSun\xFFxinfa";
  const std::vector<std::string> names{"retry-after", "retry-after-ms", "x-ms-retry-after-ms",
                                       "x-ratelimit-remaining-tokens",
                                       "x-ratelimit-renewalperiod-tokens"};
  std::size_t read = 0;
  for (int round = 0; round < 5'000; ++round) {
    std::vector<std::string> values(names.size());
    Fields fields;
    for (std::size_t i = 0; i < names.size(); ++i) {
      for (auto length = random() % 8; length > 0; --length) {
        values[i].push_back(alphabet[random() % alphabet.size()]);
      }
      fields.push_back({names[i], values[i]});
    }
    const auto wait = retry_after(fields, kNow);
    if (!wait) continue;
    ++read;
    ASSERT_GT(wait->count(), 0) << values[0] << "|" << values[1];
    ASSERT_LE(*wait, kLongestWait);
  }
  EXPECT_GT(read, 500U);  // the alphabet makes numbers too
}

TEST(RetryAfterLines, NeverTellAClientToComeTooEarly) {
  EXPECT_EQ(retry_after_lines(milliseconds(2001)), "Retry-After: 3\r\nretry-after-ms: 2001\r\n");
  EXPECT_EQ(retry_after_lines(milliseconds(2000)), "Retry-After: 2\r\nretry-after-ms: 2000\r\n");
  EXPECT_EQ(retry_after_lines(milliseconds(0)), "Retry-After: 1\r\nretry-after-ms: 1\r\n");
}

}  // namespace
}  // namespace tollgate::http
