// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "tollgate/base/error.hpp"
#include "tollgate/base/time.hpp"
#include "tollgate/storage/database.hpp"
#include "tollgate/trail/merkle_tree.hpp"

// The tables of an audit store's database.
namespace tollgate::trail {

/// Rises only with what an earlier program could not read.
inline constexpr std::int64_t kSchemaVersion = 1;

/// How every connection works: a log written through to the disk, deleted bytes overwritten,
/// nothing in temporary files. Error storage.
Result<void> set_modes(storage::Database& database);

/// The tables of a new database, with a trail of its own.
Result<void> create_tables(storage::Database& database);

/// Brings one that an earlier program made up to date. Error storage: it is of another version, or
/// damaged.
Result<void> check_version(storage::Database& database, const std::string& path);

/// False: an earlier program made it, and check_version() has not seen it since. Error storage.
Result<bool> marks_erasures(storage::Database& database);
/// What an erasure sets in the data keys that it empties, as SQL: when it was, and up to which row.
/// Without it a key that is empty is damaged. Error storage.
Result<std::string> erasure_mark(storage::Database& database, UtcTime now);

/// What there is one of. Persisted: never change a name.
namespace fact {
inline constexpr const char* kTrail = "trail";
inline constexpr const char* kGivenTo = "given_to";            ///< the last sequence
inline constexpr const char* kLastEvidence = "last_evidence";  ///< ... of a row but a checkpoint
inline constexpr const char* kFrontierSize = "frontier_size";
inline constexpr const char* kFrontier = "frontier";
/// "1": there had been another database, which was gone. Until somebody has acknowledged it.
inline constexpr const char* kBegunAnew = "begun_anew";
/// So many faults of data keys somebody has acknowledged.
inline constexpr const char* kKeyFaultsAcknowledged = "key_faults_acknowledged";
}  // namespace fact

/// Empty when it was never written. Error storage.
Result<std::string> read_fact(storage::Database& database, const char* name);
/// 0 when it was never written. Error storage.
Result<std::int64_t> read_number(storage::Database& database, const char* name);
Result<void> write_fact(storage::Database& database, const char* name, std::string_view value);
Result<void> write_number(storage::Database& database, const char* name, std::int64_t value);

/// The tree up to where a checkpoint signed it, or rows were deleted. Error storage.
Result<Frontier> read_frontier(storage::Database& database);
Result<void> write_frontier(storage::Database& database, const Frontier& frontier);

/// What the database holds, in bytes, without pages that are free for use. Error storage.
Result<std::uint64_t> used_bytes(storage::Database& database);

}  // namespace tollgate::trail
