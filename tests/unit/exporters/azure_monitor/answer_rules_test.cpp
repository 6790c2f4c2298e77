// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "azure_monitor/answer_rules.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <variant>

#include "http_answers.hpp"

namespace tollgate::exporters::azure_monitor {
namespace {

constexpr UtcTime kNow{seconds(1'794'000'000)};  // Fri, 06 Nov 2026 21:20:00 GMT

http::ClientResponse answer(int status, http::Fields fields = {}, std::string body = {}) {
  return {status, std::move(fields), std::move(body)};
}

std::string kind_of(const SendResult& result) {
  if (std::holds_alternative<Accepted>(result)) return "accepted";
  if (std::holds_alternative<Rejected>(result)) return "rejected";
  return std::get<RetryAfter>(result).alarm ? "alarm" : "later";
}

TEST(AnswerRules, OnlyTheServicesOwnAnswerMeansTaken) {
  const std::pair<int, const char*> expected[] = {
      {204, "accepted"}, {200, "alarm"},    {201, "alarm"}, {202, "alarm"}, {299, "alarm"},
      {400, "rejected"}, {413, "rejected"}, {401, "alarm"}, {403, "alarm"}, {404, "alarm"},
      {405, "alarm"},    {415, "alarm"},    {422, "alarm"}, {301, "alarm"}, {302, "alarm"},
      {408, "later"},    {429, "later"},    {500, "later"}, {502, "later"}, {503, "later"},
      {504, "later"},    {999, "later"}};
  for (const auto& [status, kind] : expected) {
    EXPECT_EQ(kind_of(judge(answer(status), kNow, Quoting::message)), kind) << status;
  }
}

struct Told {
  std::string name;
  std::string text;
  std::optional<milliseconds> delay;  ///< nullopt: as without the field
};

void PrintTo(const Told& c, std::ostream* out) { *out << c.name; }

class Throttled : public testing::TestWithParam<Told> {};

TEST_P(Throttled, SaysHowLongTheServiceWantsToBeLeftAlone) {
  for (const int status : {429, 503}) {
    const SendResult result =
        judge(answer(status, {{"Retry-After", GetParam().text}}), kNow, Quoting::message);
    EXPECT_EQ(std::get<RetryAfter>(result).at_least, GetParam().delay.value_or(seconds(0)));
  }
}

/// http::stated_pause reads no number as more.
constexpr milliseconds kMost{std::chrono::hours(24 * 30)};

INSTANTIATE_TEST_SUITE_P(
    E1, Throttled,
    testing::Values(Told{"seconds", "17", seconds(17)},
                    Told{"date", "Fri, 06 Nov 2026 21:20:30 GMT", seconds(30)},
                    Told{"zero", "0", {}}, Told{"date_past", "Fri, 06 Nov 2026 21:19:00 GMT", {}},
                    Told{"date_of_another_year", "Sat, 06 Nov 2027 21:20:00 GMT",
                         seconds(365 * 24 * 3600)},
                    Told{"date_beyond_time", "Fri, 31 Dec 9999 23:59:59 GMT", {}},
                    Told{"billion", "1000000000", kMost},
                    Told{"two_to_63", "9223372036854775807", kMost},
                    Told{"beyond_numbers", "99999999999999999999", kMost},
                    Told{"negative", "-17", {}}, Told{"fraction", "1.5", milliseconds(1500)},
                    Told{"word", "soon", {}}, Told{"empty", "", {}}),
    [](const auto& info) { return info.param.name; });

TEST(AnswerRules, AFailureToAskIsTriedAgain) {
  for (const Errc code :
       {Errc::timeout, Errc::closed, Errc::protocol, Errc::unavailable, Errc::throttled,
        Errc::too_large, Errc::tls, Errc::unauthenticated, Errc::forbidden}) {
    const SendResult result = no_answer(Error{code, "why"});
    const bool refused =
        code == Errc::unauthenticated || code == Errc::forbidden || code == Errc::tls;
    EXPECT_EQ(kind_of(result), refused ? "alarm" : "later") << to_string(code);
    EXPECT_EQ(std::get<RetryAfter>(result).why, std::string(to_string(code)) + ": why");
  }
}

// A refused row of the audit trail stood in clear in the database and in the log.
TEST(AnswerRules, OfRowsWithContentOnlyTheCodeIsTold) {
  const auto why = [](int status, const std::string& code) {
    const std::string body =
        R"({"error":{"code":")" + code + R"(","message":"cannot read \"my card 4111\""}})";
    const SendResult result = judge(answer(status, {}, body), kNow, Quoting::code);
    const auto* const rejected = std::get_if<Rejected>(&result);
    return rejected != nullptr ? rejected->why : std::get<RetryAfter>(result).why;
  };
  EXPECT_EQ(why(400, "InvalidRecord"), "status 400, InvalidRecord");
  EXPECT_EQ(why(403, "OperationFailed"), "status 403, OperationFailed");
  EXPECT_EQ(why(400, "my card 4111"), "status 400");
  EXPECT_EQ(why(413, std::string(65, 'x')), "status 413");
  EXPECT_EQ(why(200, "odd"),
            "status 200, odd is not the service's answer to an upload: a proxy's?");
}

TEST(AnswerRules, TellsTheServicesReasonWithoutItsControls) {
  const auto reason_of = [](const std::string& body) {
    return std::get<RetryAfter>(judge(answer(403, {}, body), kNow, Quoting::message)).why;
  };
  const std::string reason =
      reason_of(R"({"error":{"code":"OperationFailed","message":"no access\n\u001b[31m)" +
                std::string(400, 'x') + R"("}})");
  EXPECT_EQ(reason.substr(0, 47), "status 403, OperationFailed, no access  [31mxxx");
  EXPECT_LT(reason.size(), 400U);
  for (const std::string& odd :
       {std::string(), std::string("<html>"), std::string("[]"), std::string(R"({"error":"x"})"),
        std::string(R"({"error":{"code":1}})")}) {
    EXPECT_EQ(reason_of(odd), "status 403") << odd;
  }
}

}  // namespace
}  // namespace tollgate::exporters::azure_monitor
