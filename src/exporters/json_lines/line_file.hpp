// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "tollgate/base/error.hpp"
#include "tollgate/base/time.hpp"

namespace tollgate::exporters::json_lines {

/// When a file is full and the next one begins.
struct Rotation {
  std::uint64_t size = 0;
  seconds age{0};
};

/// The files of one directory, which this process alone appends to. One thread at a time.
class LineFiles {
 public:
  /// `rows` says what the lines are: the files' names begin with it.
  LineFiles(std::string directory, std::string rows, const Rotation& rotation);

  /// Appends whole lines, each with its line feed, to the newest file of the directory, or to a new
  /// one when that is full, and returns when the disk has them. Files are named ROWS-<when begun,
  /// UTC>.jsonl: sorted by name they are sorted by age, and all but the newest are complete.
  /// Directory 0700, files 0600. What a death in the middle of a line has left is cut off first.
  /// Error storage: nothing was appended (disk full, no access, another process writes here); what
  /// was begun has been taken back.
  Result<void> append(const std::string& lines, UtcTime now);

  /// What stands in the place of the directory, or of the file that is written next; nullopt:
  /// nothing.
  std::optional<std::string> in_way(UtcTime now) const;

 private:
  std::string directory_;
  std::string prefix_;
  Rotation rotation_;
  /// The file whose name is known to be on the disk; whoever made another one may have died before
  /// that was sure.
  std::string named_;
};

}  // namespace tollgate::exporters::json_lines
