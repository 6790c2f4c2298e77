// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <string>
#include <system_error>

namespace tollgate::ledger {

/// A directory of the test's own, deleted at the end.
class TempDirectory {
 public:
  TempDirectory() : path_(testing::TempDir() + "tollgate-ledger-XXXXXX") {
    if (::mkdtemp(path_.data()) == nullptr) std::abort();
  }
  ~TempDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempDirectory(const TempDirectory&) = delete;
  TempDirectory& operator=(const TempDirectory&) = delete;

  const std::string& path() const { return path_; }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

/// What a process killed now would leave of the ledger at `from`: the database as it stands, and
/// its journal. SQLite's shared index is left out: a new process rebuilds it from the log.
inline void copy_ledger(const std::string& from, const std::string& to) {
  namespace fs = std::filesystem;
  const auto options = fs::copy_options::recursive | fs::copy_options::overwrite_existing;
  for (const char* const part : {"", "-wal", ".journal"}) {
    if (fs::exists(from + part)) fs::copy(from + part, to + part, options);
  }
}

}  // namespace tollgate::ledger
