// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "complaint.hpp"

#include <gtest/gtest.h>

namespace tollgate::app {
namespace {

// A resource's name with a line end in it wrote a warning of its own.
TEST(Complaint, AWarningIsOneLineWhateverItQuotes) {
  testing::internal::CaptureStderr();
  tell("note", "a\nwarning: b");
  warn("");
  warn("c");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "note: a\uFFFDwarning: b\nwarning: c\n");
}

}  // namespace
}  // namespace tollgate::app
