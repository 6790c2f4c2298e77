// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "retry_schedule.hpp"

#include <gtest/gtest.h>

namespace tollgate::credentials {
namespace {

TEST(RetrySchedule, FollowsTheDocumentedPausesForWhatPasses) {
  for (const Errc code : {Errc::throttled, Errc::unavailable, Errc::timeout, Errc::closed}) {
    const FetchFailure failure(Error{code, ""});
    std::vector<seconds::rep> pauses;
    for (unsigned n = 1; n <= 8; ++n) pauses.push_back(pause_after(failure, n).count());
    EXPECT_EQ(pauses, (std::vector<seconds::rep>{0, 2, 6, 14, 30, 60, 60, 60})) << to_string(code);
  }
}

TEST(RetrySchedule, AsksSteadilyWhileAnOperatorMendsIt) {
  for (const Errc code :
       {Errc::unauthenticated, Errc::protocol, Errc::tls, Errc::storage, Errc::invalid_input}) {
    for (const unsigned n : {1U, 2U, 100U}) {
      EXPECT_EQ(pause_after(FetchFailure(Error{code, ""}), n), seconds(10)) << to_string(code);
    }
  }
}

TEST(RetrySchedule, KeepsALongerPauseThatTheIssuerAskedForWithinReason) {
  const Error throttled{Errc::throttled, ""};
  EXPECT_EQ(pause_after(FetchFailure(throttled, seconds(45)), 1), seconds(45));
  EXPECT_EQ(pause_after(FetchFailure(throttled, seconds(1)), 4), seconds(14));
  EXPECT_EQ(pause_after(FetchFailure(throttled, seconds(86'400)), 1), kLongestPause);
}

}  // namespace
}  // namespace tollgate::credentials
