// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/base/sync_directory.hpp"

#include <gtest/gtest.h>

#include "base/directory_syncs.hpp"

namespace tollgate {
namespace {

TEST(SyncDirectory, SaysWhatTheDiskSaid) {
  DirectorySyncs syncs;
  EXPECT_TRUE(sync_directory(testing::TempDir()));
  syncs.failing = true;
  const Result<void> failed = sync_directory("/");
  ASSERT_TRUE(failed.has_error());
  EXPECT_EQ(failed.error().code, Errc::storage);
  EXPECT_EQ(failed.error().message, "cannot sync /: Input/output error");
  EXPECT_EQ(syncs.paths.size(), 2U);
  EXPECT_EQ(sync_directory("/none").error().message,
            "cannot sync /none: No such file or directory");
}

}  // namespace
}  // namespace tollgate
