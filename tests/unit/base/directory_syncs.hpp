// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace tollgate {

/// While it lives, what becomes of directories that this process syncs: a binary with
/// directory_syncs.cpp in it has an fsync of its own. One at a time, without other threads.
class DirectorySyncs {
 public:
  DirectorySyncs();
  ~DirectorySyncs();
  DirectorySyncs(const DirectorySyncs&) = delete;
  DirectorySyncs& operator=(const DirectorySyncs&) = delete;

  bool failing = false;            ///< as a disk that takes nothing any more
  std::vector<std::string> paths;  ///< in their order, whether it failed or not
};

}  // namespace tollgate
