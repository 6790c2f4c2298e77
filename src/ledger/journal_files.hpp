// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "storage_names.hpp"

namespace tollgate::ledger {

/// A closed record in a journal file, and where it ends there.
struct JournalRecord {
  std::string segment;
  std::size_t end = 0;
  std::string payload;
};

/// What the journals of a directory hold, and what of them cannot be read, a line each.
struct JournalFiles {
  std::vector<JournalRecord> records;
  std::size_t segments = 0;
  std::vector<std::string> faults;
};

/// Reads every segment beside a gateway that appends to them and deletes them, the oldest first. An
/// append that is under way is no damage. Error storage: nothing can be told, for the directory
/// cannot be read.
Result<JournalFiles> read_journals(const std::string& directory);

/// Segments that were not read to their end and whose files are gone or empty: whatever they held
/// behind that is lost. A line each. Not within a transaction. Error storage.
Result<std::vector<std::string>> missing_segments(Database& database, const std::string& directory);

}  // namespace tollgate::ledger
