// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "azure_monitor/delivery_policy.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <ostream>
#include <string>

namespace tollgate::exporters::azure_monitor {
namespace {

using Kind = Decision::Kind;

constexpr UtcTime kNow{seconds(1'794'000'000)};  // Fri, 06 Nov 2026 21:20:00 GMT
constexpr std::uint32_t kLeast = 0;
constexpr std::uint32_t kMost = 999;

http::ClientResponse answer(int status, http::Fields fields = {}, std::string body = {}) {
  return {status, std::move(fields), std::move(body)};
}

struct Case {
  std::string name;
  int status = 0;
  Kind kind = Kind::wait;
  milliseconds delay{0};  ///< of the first answer, with the least jitter
  bool alarm = false;
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

class FirstAnswer : public testing::TestWithParam<Case> {};

TEST_P(FirstAnswer, Decides) {
  DeliveryPolicy policy;
  const Decision decision = policy.after_answer(answer(GetParam().status), kNow, kLeast);
  EXPECT_EQ(decision.kind, GetParam().kind);
  EXPECT_EQ(decision.delay, GetParam().delay);
  EXPECT_EQ(decision.alarm, GetParam().alarm);
}

const auto kName = [](const auto& info) { return info.param.name; };
constexpr milliseconds kSlow = DeliveryPolicy::kSlowDelay;
constexpr milliseconds kSoon = DeliveryPolicy::kFirstDelay / 2;

INSTANTIATE_TEST_SUITE_P(
    Statuses, FirstAnswer,
    testing::Values(
        Case{"no_content", 204, Kind::delivered}, Case{"ok", 200, Kind::delivered},
        Case{"bad_request", 400, Kind::refused}, Case{"too_large", 413, Kind::split},
        Case{"bad_token", 401, Kind::renew_token}, Case{"no_role", 403, Kind::wait, kSlow, true},
        Case{"no_rule", 404, Kind::wait, kSlow, true}, Case{"throttled", 429, Kind::wait, kSoon},
        Case{"request_timeout", 408, Kind::wait, kSoon}, Case{"error", 500, Kind::wait, kSoon},
        Case{"bad_gateway", 502, Kind::wait, kSoon}, Case{"unavailable", 503, Kind::wait, kSoon},
        Case{"gateway_timeout", 504, Kind::wait, kSoon}, Case{"redirect", 302, Kind::wait, kSoon},
        Case{"unheard_of", 999, Kind::wait, kSoon}),
    kName);

struct RetryAfter {
  std::string name;
  std::string text;
  std::optional<milliseconds> delay;  ///< nullopt: as without the field
};

void PrintTo(const RetryAfter& c, std::ostream* out) { *out << c.name; }

class Throttled : public testing::TestWithParam<RetryAfter> {};

TEST_P(Throttled, WaitsAsToldWithinBounds) {
  for (const int status : {429, 503}) {
    DeliveryPolicy policy;
    const Decision decision =
        policy.after_answer(answer(status, {{"Retry-After", GetParam().text}}), kNow, kLeast);
    EXPECT_EQ(decision.kind, Kind::wait);
    EXPECT_EQ(decision.delay, GetParam().delay.value_or(kSoon));
    EXPECT_FALSE(decision.alarm);
  }
}

constexpr milliseconds kCap = DeliveryPolicy::kLongestRetryAfter;

INSTANTIATE_TEST_SUITE_P(
    E1, Throttled,
    testing::Values(RetryAfter{"seconds", "17", seconds(17)},
                    RetryAfter{"date", "Fri, 06 Nov 2026 21:20:30 GMT", seconds(30)},
                    RetryAfter{"zero", "0", {}},
                    RetryAfter{"date_past", "Fri, 06 Nov 2026 21:19:00 GMT", {}},
                    RetryAfter{"date_of_another_year", "Sat, 06 Nov 2027 21:20:00 GMT", kCap},
                    RetryAfter{"date_beyond_time", "Fri, 31 Dec 9999 23:59:59 GMT", {}},
                    RetryAfter{"billion", "1000000000", kCap},
                    RetryAfter{"two_to_63", "9223372036854775807", kCap},
                    RetryAfter{"beyond_numbers", "99999999999999999999", {}},
                    RetryAfter{"negative", "-17", {}}, RetryAfter{"fraction", "1.5", {}},
                    RetryAfter{"word", "soon", {}}, RetryAfter{"empty", "", {}}),
    kName);

TEST(DeliveryPolicy, BacksOffFurtherEachTimeWithJitter) {
  for (const std::uint32_t random : {kLeast, 500U, kMost, 0xFFFFFFFFU}) {
    DeliveryPolicy policy;
    milliseconds full = DeliveryPolicy::kFirstDelay;
    for (int i = 0; i < 40; ++i) {
      const Decision decision = policy.after_answer(answer(500), kNow, random);
      EXPECT_GE(decision.delay, full / 2);
      EXPECT_LE(decision.delay, full);
      full = std::min(full * 2, DeliveryPolicy::kLongestDelay);
    }
  }
  DeliveryPolicy early;
  DeliveryPolicy late;
  EXPECT_LT(early.after_answer(answer(500), kNow, kLeast).delay,
            late.after_answer(answer(500), kNow, kMost).delay);
}

TEST(DeliveryPolicy, DoesNotComeBackSoonerThanItsOwnBackOff) {
  DeliveryPolicy policy;
  for (int i = 0; i < 10; ++i) (void)policy.after_answer(answer(500), kNow, kLeast);
  const Decision decision = policy.after_answer(answer(429, {{"Retry-After", "1"}}), kNow, kLeast);
  EXPECT_EQ(decision.delay, DeliveryPolicy::kLongestDelay / 2);
}

TEST(DeliveryPolicy, StartsOverAfterASuccess) {
  DeliveryPolicy policy;
  for (int i = 0; i < 10; ++i) (void)policy.after_answer(answer(500), kNow, kLeast);
  (void)policy.after_answer(answer(204), kNow, kLeast);
  EXPECT_EQ(policy.after_answer(answer(500), kNow, kLeast).delay, kSoon);
}

TEST(DeliveryPolicy, RenewsATokenOnceThenWaitsAndRenewsAgain) {
  DeliveryPolicy policy;
  EXPECT_EQ(policy.after_answer(answer(401), kNow, kLeast).kind, Kind::renew_token);
  const Decision second = policy.after_answer(answer(401), kNow, kLeast);
  EXPECT_EQ(second.kind, Kind::wait);
  EXPECT_EQ(second.delay, kSlow);
  EXPECT_TRUE(second.alarm);
  EXPECT_EQ(policy.after_answer(answer(401), kNow, kLeast).kind, Kind::renew_token);
}

TEST(DeliveryPolicy, WaitsAfterEveryFailureToAsk) {
  for (const Errc code :
       {Errc::timeout, Errc::closed, Errc::protocol, Errc::unavailable, Errc::throttled,
        Errc::too_large, Errc::tls, Errc::unauthenticated, Errc::forbidden}) {
    DeliveryPolicy policy;
    const Decision decision = policy.after_failure({code, "why"}, kLeast);
    const bool refused = code == Errc::unauthenticated || code == Errc::forbidden;
    EXPECT_EQ(decision.kind, Kind::wait);
    EXPECT_EQ(decision.delay, refused ? kSlow : kSoon) << to_string(code);
    EXPECT_EQ(decision.alarm, refused || code == Errc::tls) << to_string(code);
    EXPECT_EQ(decision.reason, std::string(to_string(code)) + ": why");
  }
}

TEST(DeliveryPolicy, TellsTheServicesReasonWithoutItsControls) {
  DeliveryPolicy policy;
  const std::string body =
      R"({"error":{"code":"OperationFailed","message":"no access\n\u001b[31m)" +
      std::string(400, 'x') + R"("}})";
  const std::string reason = policy.after_answer(answer(403, {}, body), kNow, kLeast).reason;
  EXPECT_EQ(reason.substr(0, 47), "status 403, OperationFailed, no access  [31mxxx");
  EXPECT_LT(reason.size(), 400U);
  for (const std::string& odd :
       {std::string(), std::string("<html>"), std::string("[]"), std::string(R"({"error":"x"})"),
        std::string(R"({"error":{"code":1}})")}) {
    EXPECT_EQ(policy.after_answer(answer(403, {}, odd), kNow, kLeast).reason, "status 403") << odd;
  }
}

}  // namespace
}  // namespace tollgate::exporters::azure_monitor
