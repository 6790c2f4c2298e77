// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <string>

#include "captured_log.hpp"
#include "requests.hpp"

namespace tollgate::integration {
namespace {

/// After each test: its log must not hold a secret, and is shown when the test failed.
class LogInspector : public testing::EmptyTestEventListener {
  void OnTestStart(const testing::TestInfo&) override { CapturedLog::clear(); }

  void OnTestEnd(const testing::TestInfo& info) override {
    const std::string text = CapturedLog::text();
    for (const std::string_view secret : {kClientKey, kCancellingClientKey, kBackendKey}) {
      EXPECT_EQ(text.find(secret), std::string::npos) << "a secret reached the log:\n" << text;
    }
    if (info.result()->Failed()) std::cout << "the gateway's log:\n" << text;
  }
};

}  // namespace
}  // namespace tollgate::integration

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  std::signal(SIGPIPE, SIG_IGN);  // as the program does: a peer that left is an error of its write
  ::setenv("SSL_CERT_FILE", "/dev/null",
           1);  // the system's certificates prove nothing here; 0.1 s each
  tollgate::integration::CapturedLog::install();
  testing::UnitTest::GetInstance()->listeners().Append(new tollgate::integration::LogInspector);
  return RUN_ALL_TESTS();
}
