// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "stale_rule.hpp"

#include <gtest/gtest.h>

namespace tollgate::upstream {
namespace {

/// A server closed the connection while it idled, and the request met the close.
constexpr FailedReuse kStale{.reused = true, .error = Errc::closed, .since_sent = milliseconds(40)};

TEST(StaleRule, ReplaysWhatMetAConnectionClosedOrResetWhileIdle) {
  FailedReuse failure = kStale;
  EXPECT_TRUE(may_replay(failure));
  failure.error = Errc::protocol;  // a reset
  EXPECT_TRUE(may_replay(failure));
  failure.since_sent = milliseconds(0);  // it broke under the write
  EXPECT_TRUE(may_replay(failure));
}

TEST(StaleRule, ANewConnectionIsNeverStale) {
  FailedReuse failure = kStale;
  failure.reused = false;
  failure.repeatable = true;
  EXPECT_FALSE(may_replay(failure));
}

TEST(StaleRule, AnyResponseByteShowsThatTheRequestWasRead) {
  FailedReuse failure = kStale;
  failure.response_bytes = 1;
  failure.repeatable = true;
  EXPECT_FALSE(may_replay(failure));
}

TEST(StaleRule, OnlyAClosedConnectionIsStale) {
  for (const Errc error : {Errc::timeout, Errc::cancelled, Errc::tls, Errc::unavailable}) {
    FailedReuse failure = kStale;
    failure.error = error;
    EXPECT_FALSE(may_replay(failure)) << to_string(error);
  }
}

TEST(StaleRule, ALateCloseMayHaveCutBillableWork) {
  FailedReuse failure = kStale;
  failure.since_sent = kStaleWindow;
  EXPECT_TRUE(may_replay(failure));
  failure.since_sent = kStaleWindow + milliseconds(1);
  EXPECT_FALSE(may_replay(failure));
  failure.repeatable = true;
  EXPECT_TRUE(may_replay(failure));
}

}  // namespace
}  // namespace tollgate::upstream
