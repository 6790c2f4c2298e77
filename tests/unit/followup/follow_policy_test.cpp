// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "follow_policy.hpp"

#include <gtest/gtest.h>

namespace tollgate::followup {
namespace {

TEST(FollowPolicy, AsksSoonAtFirstAndNeverMoreThanAMinuteApart) {
  EXPECT_EQ(next_delay(0), milliseconds(250));
  EXPECT_EQ(next_delay(1), milliseconds(500));
  EXPECT_EQ(next_delay(7), milliseconds(32'000));
  for (unsigned asked = 8; asked < 100; ++asked) EXPECT_EQ(next_delay(asked), milliseconds(60'000));
  EXPECT_EQ(next_delay(4'000'000'000U), milliseconds(60'000));
}

TEST(FollowPolicy, AnObjectIsFinishedInAnyStateItDoesNotLeave) {
  for (const char* status :
       {"completed", "failed", "incomplete", "cancelled", "expired", "canceled"}) {
    EXPECT_EQ(judge(200, status), Verdict::finished) << status;
  }
  for (const char* status : {"queued", "in_progress", "validating", "finalizing", "cancelling",
                             "requires_action", "", "Completed"}) {
    EXPECT_EQ(judge(200, status), Verdict::unfinished) << status;
  }
}

TEST(FollowPolicy, OnlyTheObjectsOwnAbsenceMeansThatItIsGone) {
  EXPECT_EQ(judge(404, "completed"), Verdict::gone);
  EXPECT_EQ(judge(410, ""), Verdict::gone);
  for (const int status : {0, 204, 301, 400, 401, 403, 408, 429, 500, 503}) {
    EXPECT_EQ(judge(status, "completed"), Verdict::try_later) << status;
  }
}

}  // namespace
}  // namespace tollgate::followup
