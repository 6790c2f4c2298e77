// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "storage_names.hpp"

// Which segments were deleted because the database had all that they held, noted in the file
// `taken` beside the journals. A copy of the database that was made before knows them as not done
// with; where it has all that the database had then, nothing of them is lost.
namespace tollgate::ledger {

/// Adds names of segments whose records and open operations all are in the database, before they
/// are deleted. `records`: as records_ever() counts. Those that were noted of another state of the
/// database go: a copy lacks something of it, or has those segments to their end. Where it cannot
/// be written a loss may be told that is none. Error storage.
[[nodiscard]] Result<void> note_taken(Database& database, const std::string& journal_directory,
                                      std::int64_t records,
                                      const std::vector<std::string>& segments);

/// The segments that were noted of the state in which the database is. Error storage: of the
/// database alone.
Result<std::set<std::string>> taken_segments(Database& database,
                                             const std::string& journal_directory);

}  // namespace tollgate::ledger
