// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/usage/object_state.hpp"

#include <gtest/gtest.h>

namespace tollgate::usage {
namespace {

TEST(ObjectState, IsFinishedInWhatNothingLeaves) {
  for (const char* status :
       {"completed", "failed", "incomplete", "cancelled", "expired", "canceled"}) {
    EXPECT_TRUE(is_finished(status)) << status;
  }
}

TEST(ObjectState, AnUnknownWordMeansWorkThatGoesOn) {
  for (const char* status : {"queued", "in_progress", "validating", "finalizing", "cancelling",
                             "requires_action", "", "Completed", "a_state_of_next_year"}) {
    EXPECT_FALSE(is_finished(status)) << status;
  }
}

TEST(ObjectState, WhatFailedOrWasStoppedMayNeverHaveBegun) {
  for (const char* status : {"completed", "incomplete"}) EXPECT_TRUE(has_worked(status)) << status;
  for (const char* status : {"failed", "cancelled", "canceled", "expired", "in_progress", ""}) {
    EXPECT_FALSE(has_worked(status)) << status;
  }
}

}  // namespace
}  // namespace tollgate::usage
