// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/telemetry/error_type.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tollgate::telemetry {
namespace {

std::string word_of(std::string_view code, int status, std::string_view outcome) {
  const auto place = error_type_of(code, status, outcome);
  return place ? std::string(kErrorTypes.at(*place)) : std::string();
}

TEST(ErrorType, ThereIsNoneOfWhatEndedWell) {
  EXPECT_EQ(word_of("", 200, "completed"), "");
  EXPECT_EQ(word_of("", 304, "completed"), "");
}

TEST(ErrorType, IsTheBackendsCodeWhereItSaysMoreThanTheStatus) {
  EXPECT_EQ(word_of("content_filter", 400, "backend_error"), "content_filter");
  EXPECT_EQ(word_of("server_error", 200, "completed"), "server_error") << "within a stream";
}

TEST(ErrorType, ElseTheStatus) {
  EXPECT_EQ(word_of("DeploymentNotFound", 404, "backend_error"), "404");
  EXPECT_EQ(word_of("", 429, "backend_error"), "429");
}

TEST(ErrorType, ElseHowItEnded) {
  EXPECT_EQ(word_of("", 200, "client_aborted"), "client_aborted");
  EXPECT_EQ(word_of("", 200, "backend_error"), "backend_error") << "an answer that broke off";
  EXPECT_EQ(word_of("", 0, "interrupted"), "interrupted");
}

TEST(ErrorType, StaysBounded) {
  EXPECT_EQ(word_of("", 418, "backend_error"), "_OTHER");
  EXPECT_EQ(word_of("a code of tomorrow", 200, "completed"), "_OTHER");
}

}  // namespace
}  // namespace tollgate::telemetry
