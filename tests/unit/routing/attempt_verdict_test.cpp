// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/routing/attempt_verdict.hpp"

#include <gtest/gtest.h>

#include <map>

namespace tollgate::routing {
namespace {

constexpr RepeatRules kCautious{};

Judgement judge_status(int status, bool own_credential = true) {
  return judge({.status = status, .request_sent = true, .own_credential = own_credential},
               kCautious);
}

Verdict verdict_of(Errc error, bool sent, RepeatRules rules = kCautious) {
  return judge({.error = error, .request_sent = sent}, rules).verdict;
}

TEST(AttemptVerdict, ExactlyTheListedStatusesGoToTheNextTarget) {
  const std::map<int, Signal> next{{401, Signal::failure},        {403, Signal::failed_request},
                                   {408, Signal::failed_request}, {429, Signal::throttled},
                                   {500, Signal::failed_request}, {502, Signal::failed_request},
                                   {503, Signal::failed_request}, {504, Signal::failed_request}};
  for (int status = 200; status < 600; ++status) {
    const Judgement judgement = judge_status(status);
    const auto listed = next.find(status);
    if (listed != next.end()) {
      EXPECT_EQ(judgement.verdict, Verdict::retry_next_target) << status;
      EXPECT_EQ(judgement.signal, listed->second) << status;
    } else {
      EXPECT_EQ(judgement.verdict, Verdict::served) << status;
      EXPECT_EQ(judgement.signal, status < 500 ? Signal::success : Signal::none) << status;
    }
    EXPECT_EQ(judgement.credential_refused, status == 401 || status == 403) << status;
  }
}

TEST(AttemptVerdict, ACallersOwnRefusedTokenIsTheCallersAnswer) {
  for (const int status : {401, 403}) {
    const Judgement judgement = judge_status(status, false);
    EXPECT_EQ(judgement.verdict, Verdict::served);
    EXPECT_EQ(judgement.signal, Signal::success);
    EXPECT_FALSE(judgement.credential_refused);
  }
}

TEST(AttemptVerdict, WhatWasNeverSentGoesToTheNextTargetWhateverFailed) {
  for (const Errc error :
       {Errc::unavailable, Errc::tls, Errc::timeout, Errc::closed, Errc::protocol,
        Errc::unauthenticated, Errc::forbidden, Errc::internal}) {
    EXPECT_EQ(verdict_of(error, false), Verdict::retry_next_target) << to_string(error);
  }
}

TEST(AttemptVerdict, WhatMayHaveBeenBilledIsNotRepeatedUnlessAllowed) {
  for (const Errc error : {Errc::closed, Errc::protocol, Errc::unavailable, Errc::too_large}) {
    EXPECT_EQ(verdict_of(error, true), Verdict::give_up) << to_string(error);
    EXPECT_EQ(verdict_of(error, true, {.on_timeout = true}), Verdict::give_up) << to_string(error);
    EXPECT_EQ(verdict_of(error, true, {.repeatable = true}), Verdict::retry_next_target);
  }
  EXPECT_EQ(verdict_of(Errc::timeout, true), Verdict::give_up);
  EXPECT_EQ(verdict_of(Errc::timeout, true, {.on_timeout = true}), Verdict::retry_next_target);
  EXPECT_EQ(verdict_of(Errc::timeout, true, {.repeatable = true}), Verdict::retry_next_target);
}

TEST(AttemptVerdict, AFailureWithoutAnAnswerMayBeTheRequestsOnceItWasSent) {
  for (const Errc error : {Errc::timeout, Errc::closed, Errc::unavailable, Errc::tls}) {
    EXPECT_EQ(judge({.error = error, .request_sent = false}, kCautious).signal, Signal::failure);
    EXPECT_EQ(judge({.error = error, .request_sent = true}, kCautious).signal,
              Signal::failed_request);
  }
}

TEST(AttemptVerdict, ACancelledAttemptEndsTheRequestAndSaysNothingOfTheTarget) {
  for (const bool sent : {false, true}) {
    const Judgement judgement = judge({.error = Errc::cancelled, .request_sent = sent},
                                      {.on_timeout = true, .repeatable = true});
    EXPECT_EQ(judgement.verdict, Verdict::give_up);
    EXPECT_EQ(judgement.signal, Signal::none);
  }
}

TEST(AttemptVerdict, AFailureThatReportsUsageIsServedAndStillCountsAgainstTheTarget) {
  for (const int status : {408, 429, 500, 503}) {
    const Judgement judgement =
        judge({.status = status, .request_sent = true, .worked = true}, kCautious);
    EXPECT_EQ(judgement.verdict, Verdict::served);
    EXPECT_EQ(judgement.signal, judge_status(status).signal);
  }
}

TEST(AttemptVerdict, OurOwnLimitsAndACallerWithoutATokenSayNothingOfTheTarget) {
  const Judgement full = judge({.error = Errc::too_large}, kCautious);
  EXPECT_EQ(full.verdict, Verdict::retry_next_target);
  EXPECT_EQ(full.signal, Signal::none);
  const Judgement no_token = judge({.error = Errc::not_found, .own_credential = false}, kCautious);
  EXPECT_EQ(no_token.verdict, Verdict::retry_next_target);
  EXPECT_EQ(no_token.signal, Signal::none);
  EXPECT_EQ(judge({.error = Errc::not_found}, kCautious).signal, Signal::failure);
}

TEST(AttemptVerdict, ARefusedTokenRequestRaisesTheCredentialAlarm) {
  EXPECT_TRUE(judge({.error = Errc::unauthenticated}, kCautious).credential_refused);
  EXPECT_TRUE(judge({.error = Errc::forbidden}, kCautious).credential_refused);
  EXPECT_FALSE(judge({.error = Errc::unavailable}, kCautious).credential_refused);
}

TEST(AttemptVerdict, OnlySafeMethodsAreRepeatable) {
  EXPECT_TRUE(is_repeatable("GET"));
  EXPECT_TRUE(is_repeatable("HEAD"));
  EXPECT_FALSE(is_repeatable("POST"));
  EXPECT_FALSE(is_repeatable("DELETE"));  // the second would answer 404
}

}  // namespace
}  // namespace tollgate::routing
