// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace tollgate::storage {

/// Whether a store's files are still those that were opened. Whoever deletes or replaces them
/// under a running gateway leaves it writing into files that nobody will find again.
class FileIdentity {
 public:
  /// Remembers the file or directory that stands there now.
  void watch(const std::string& path);

  /// What is wrong, in words; empty when all are as they were. A database that was cut to nothing
  /// counts.
  std::string fault() const;

 private:
  struct Known {
    std::string path;
    dev_t device = 0;
    ino_t inode = 0;
    bool had_bytes = false;
  };
  std::vector<Known> known_;
};

}  // namespace tollgate::storage
