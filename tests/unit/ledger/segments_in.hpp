// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "segment_file.hpp"

namespace tollgate::ledger {

/// Names of the segment files in a directory that can be read.
inline std::vector<std::string> segments_in(const std::string& directory) {
  auto files = list_segments(directory);
  EXPECT_TRUE(files) << (files ? "" : files.error().message);
  return files ? std::move(*files) : std::vector<std::string>();
}

}  // namespace tollgate::ledger
