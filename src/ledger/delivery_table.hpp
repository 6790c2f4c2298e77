// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "record_store.hpp"

// Where each exporter stands in the order of records, and what it could not deliver: the tables
// `cursors`, `exceptions` and `troubles`. What changes something is called within a transaction of
// the caller's. Errors: storage.
namespace tollgate::ledger {

/// Persisted: never change or reuse a number.
enum class ExceptionKind : std::int64_t {
  quarantined = 1,  ///< refused for good; kept, with its record, until an operator decides
  retry = 2,  ///< an operator wants it sent again; it goes before what stands behind the cursor
};

/// From now on these exporters are waited for, and no others. One that has no cursor yet begins at
/// the record that comes next, or at the oldest that is kept, where it also begins once a salvage
/// has lost cursors; one that was left out for a while goes on where it stopped, and what has been
/// deleted meanwhile counts as given up.
Result<void> serve_exporters(RecordStore& store, std::span<const ExporterTerms> exporters);

/// Error not_found: no such exporter was ever served.
Result<std::int64_t> position_of(Database& database, const std::string& exporter);

/// What there is for an exporter.
struct Undelivered {
  std::vector<StoredRecord> records;
  std::vector<std::int64_t> damaged;  ///< sequences of what cannot be read and was passed over
};

/// The oldest records that the exporter has not got, at most `limit`: first those that are to be
/// tried again.
Result<Undelivered> look_for_undelivered(RecordStore& store, const std::string& exporter,
                                         std::size_t limit);
/// Its records alone.
Result<std::vector<StoredRecord>> undelivered(RecordStore& store, const std::string& exporter,
                                              std::size_t limit);

/// Moves the cursor over records that cannot be read, up to that sequence: nothing that can be read
/// stands before it.
Result<void> pass_over(Database& database, const std::string& exporter, std::int64_t sequence);

/// One row is written for the cursor, and one for each record that was refused.
Result<void> account(RecordStore& store, const std::string& exporter, const Accounting& accounting,
                     UtcTime now);

/// How far every exporter that is waited for has come: what may be deleted. With `all` false only
/// the required ones hold.
Result<std::int64_t> delivered_by_all(RecordStore& store, bool all);

/// Whether any exporter is waited for.
Result<bool> any_served(Database& database);

/// The records up to there are about to be deleted: exporters that have not got them never will.
Result<void> give_up_to(Database& database, std::int64_t sequence, std::int64_t first_kept);

/// Why nothing is delivered to an exporter, until it passes: empty.
Result<void> note_trouble(Database& database, const std::string& exporter, std::string_view why,
                          UtcTime now);

/// Of every exporter that has a cursor, by name.
Result<std::vector<ExporterProgress>> read_progress(RecordStore& store);
/// What cursors of records and of adjustments have in common, of a row that begins with exporter,
/// given_up, active, required, position: `last` is the last sequence that there is.
ExporterProgress progress_of(const Statement& row, std::int64_t last);

}  // namespace tollgate::ledger
