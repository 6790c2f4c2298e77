// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "adjustment_row.hpp"
#include "storage_names.hpp"
#include "tollgate/ledger/adjustments.hpp"
#include "tollgate/ledger/ledger_reader.hpp"

// What records cost in the end: the tables `adjustments` and `closed_hours`. What changes something
// is called within a transaction of the caller's. Errors: storage.
namespace tollgate::ledger {

/// Makes the tables where a database has none yet; programs before them pass them over.
Result<void> make_adjustment_tables(Database& database);

/// Whether the database has them: one that no gateway of this version has opened may not.
Result<bool> has_adjustments(Database& database);

/// Writes those that change what counts, and corrects the roll-ups. One that changes nothing is not
/// written, nor a second one of the same record, kind and run. `previous` of what is written is
/// what counted before, and `made_at` behind that of the record's last one. Returns how many were
/// written. Error storage, too: what counts for one of the records is damaged, so that nobody knows
/// what the roll-ups have of it.
Result<std::size_t> put_adjustments(Database& database,
                                    std::span<const usage::CostAdjustment> adjustments);

/// The newest of a record; nullopt: it has none.
Result<std::optional<StoredAdjustment>> newest_adjustment(Database& database, const Uuid& record);

/// All of a record, the oldest first.
Result<std::vector<StoredAdjustment>> all_adjustments(Database& database, const Uuid& record);

/// The newest adjustments of the records of a time, for one who asks for them in the records' own
/// order (event time, then id): one pass through the table.
class AdjustmentCursor {
 public:
  AdjustmentCursor(Database& database, const Period& period);
  /// The record's; null: it has none. Until the next call. A record that stands before one that was
  /// asked for is looked up by itself.
  Result<const StoredAdjustment*> find(const usage::UsageRecord& record);

 private:
  Result<void> go_on();

  Database& database_;
  Statement rows_;
  bool ended_ = false;
  std::optional<StoredAdjustment> at_;  ///< where the pass stands; nullopt: before its first row
  std::optional<StoredAdjustment> by_itself_;
  std::pair<std::int64_t, Uuid> last_{std::numeric_limits<std::int64_t>::min(), Uuid{}};
};

/// The same at no cost, as what nobody used counts in sums: its amount alone comes and goes.
usage::UsageRecord without_amount(usage::UsageRecord record);

/// The newest of each record that began in that time, by the record's time and its id.
Result<void> for_each_newest(Database& database, UtcTime from, UtcTime until,
                             const std::function<void(const StoredAdjustment&)>& visit);

Result<std::optional<UtcTime>> closed_to(Database& database, const std::string& backend,
                                         const std::string& deployment);
/// As ClosedHour says it.
Result<void> note_closed(Database& database, const ClosedHour& closed);

/// Deletes a batch of those that nobody needs: made before then, of records that are gone, and
/// `delivered` says up to which sequence every exporter that is waited for has got them. Notes of
/// what time they were. True: there may be more.
Result<bool> delete_adjustments(Database& database, UtcTime made_before, std::int64_t delivered);

}  // namespace tollgate::ledger
