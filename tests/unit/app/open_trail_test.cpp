// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "open_trail.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <string>

#include "config/minimal.hpp"
#include "ledger/temp_directory.hpp"

namespace tollgate::app {
namespace {

// Of a pipe it was said that it is not here.
TEST(OpenTrailTest, WhyAKeyFileGivesNoKeyIsTold) {
  const ledger::TempDirectory directory;
  const std::string key = directory / "audit.key";
  const std::string config = directory / "tollgate.yaml";
  std::ofstream(config) << config::kMinimal << "audit: {path: " << (directory / "audit.db")
                        << ", encryption: {keys: [{file: " << key << "}]}}\n";
  const auto told = [&] { return load_for_readers(config, {}).error().message; };
  const std::string begin = "a key of the audit trail is not here: file " + key + ", which ";
  EXPECT_EQ(told(), begin + "is not there");
  ASSERT_EQ(::mkfifo(key.c_str(), 0600), 0);
  EXPECT_EQ(told(), begin + "is a pipe");
}

}  // namespace
}  // namespace tollgate::app
