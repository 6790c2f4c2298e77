// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "loss.hpp"
#include "storage_names.hpp"
#include "tollgate/base/time.hpp"

// What of the journals is in the database alone, noted in the file `moved` beside the journals: a
// database that holds less is an older copy of itself, or lost its last commits.
namespace tollgate::ledger {

/// How many records the database held when journals were deleted last, and when that was.
struct MovedMark {
  std::int64_t records = 0;
  UtcTime at;

  bool operator==(const MovedMark&) const = default;
};

/// Puts a whole file in the place of the one before, on the disk when it returns. Error storage: no
/// journal may be deleted then.
[[nodiscard]] Result<void> write_moved_mark(const std::string& journal_directory,
                                            const MovedMark& mark);

/// nullopt: there is none, as in a folder that only an earlier version has written. Error storage:
/// it cannot be read or understood.
Result<std::optional<MovedMark>> read_moved_mark(const std::string& journal_directory);

/// What stands where a mark would be written, and cannot be replaced; nullopt: nothing.
std::optional<std::string> in_way_of_mark(const std::string& journal_directory);

/// The mark of another database, which was told to be gone.
void forget_moved_mark(const std::string& journal_directory);

/// How many records a database has ever held: each has its place in the order, or awaits it. Error
/// storage.
Result<std::int64_t> records_ever(Database& database);

/// Whether a database holds less than its mark says; false where no mark can be read. The mark is
/// read before the database, to which a gateway may add meanwhile. Error storage: of the database.
Result<bool> is_older_copy(Database& database, const std::string& journal_directory);

/// What is to be told of a database that holds less than its mark says; nullopt: nothing. Error
/// storage: of the database alone.
Result<std::optional<Loss>> lacking_since_mark(Database& database, const std::string& ledger);

/// At a start, before the journals are taken over: tells that once, as a note in `damaged`, keeps
/// it for reports, and sets the mark to what the database holds. Whenever it is interrupted, the
/// next start does the rest. Error storage.
Result<void> tell_what_is_lacking(Database& database, const std::string& ledger, UtcTime now);

}  // namespace tollgate::ledger
