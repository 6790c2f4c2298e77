// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "loss.hpp"
#include "storage_names.hpp"

namespace tollgate::ledger {

/// A closed record in a journal file, and where it ends there.
struct JournalRecord {
  std::string segment;
  std::size_t end = 0;
  std::string payload;
};

/// Segments of one worker that are missing between two that are there.
struct SegmentGap {
  std::string behind;  ///< the names of those two
  std::string before;
  std::uint64_t count = 0;
};

/// What the journals of a directory hold, what of them cannot be read, a line each, and what is
/// missing between them.
struct JournalFiles {
  std::vector<JournalRecord> records;
  std::size_t segments = 0;
  std::vector<std::string> faults;
  std::vector<SegmentGap> gaps;
};

/// Reads every segment beside a gateway that appends to them and deletes them, the oldest first. An
/// append that is under way is no damage. Error storage: nothing can be told, for the directory
/// cannot be read.
Result<JournalFiles> read_journals(const std::string& directory);

/// Segments that were not read to their end and whose files are gone or empty: whatever they held
/// behind that is lost. One loss each, and one for each gap in `journals` that they do not explain;
/// none for what the database has all the same (taken_segments.hpp), or what is_older_copy() tells.
/// Not within a transaction. Error storage.
Result<std::vector<Loss>> missing_segments(Database& database, const std::string& directory,
                                           const JournalFiles& journals);

}  // namespace tollgate::ledger
