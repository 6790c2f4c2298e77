// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <bitset>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "database.hpp"
#include "tollgate/ledger/ledger.hpp"

namespace tollgate::ledger {

/// The SQLite side of the ledger: records with their delivery state, and intents that outlive their segment.
/// Used by one thread at a time.
class RecordTable {
 public:
  static constexpr int kSchemaVersion = 3;

  /// Creates or checks the schema. Error storage, also when a newer version wrote the file.
  static Result<RecordTable> open(const std::string& path, config::Durability durability);

  /// The schema's version in a database: 0 in a new one.
  static Result<std::int64_t> version(Database& database);

  Database& database() { return database_; }

  /// Queues the record, or lets it await its usage; notes the objects it left. False: a record with this id was
  /// there already.
  Result<bool> insert(const usage::UsageRecord& record);

  /// A record whose journal form is at hand; both belong to the caller and outlive the call.
  struct Row {
    const usage::UsageRecord* record;
    std::string_view payload;
  };
  /// So many rows by one statement cost a quarter less than one by one.
  static constexpr std::size_t kRowsAtOnce = 8;
  using Rows = std::bitset<kRowsAtOnce>;
  /// The same for at most kRowsAtOnce; tells which of them were not there already. Call within a
  /// transaction: on an error some may be in. Error storage.
  Result<Rows> insert(const std::vector<Row>& rows);

  Result<void> keep_intent(const usage::UsageRecord& intent);
  Result<void> drop_intent(const Uuid& id);
  Result<std::vector<usage::UsageRecord>> kept_intents();

  Result<std::vector<StoredRecord>> queued(std::size_t limit);
  Result<void> mark_delivered(std::int64_t sequence, UtcTime now);
  Result<void> quarantine(std::int64_t sequence, const std::string& reason, UtcTime now);
  Result<std::vector<StoredRecord>> awaiting(std::size_t limit);
  /// Replaces an awaiting record and queues it; within a transaction. False: it awaits no more.
  Result<bool> settle(const StoredRecord& record);

  Result<std::optional<StoredObject>> find_object(const std::string& id);
  /// Forgets responses made before then: the backend has deleted them (azure-protocol.md 1.7). Other objects stay.
  Result<void> forget_responses(UtcTime made_before);

  /// Deletes at most `limit` records delivered before `before`; returns how many.
  Result<std::int64_t> delete_delivered(UtcTime before, std::size_t limit);

  struct Counts {
    std::uint64_t queued = 0;
    std::uint64_t awaiting = 0;
    std::uint64_t delivered = 0;
    std::uint64_t quarantined = 0;
    std::optional<UtcTime> oldest_queued;
  };
  /// Reads the whole table: at start only.
  Result<Counts> counts();
  std::optional<UtcTime> oldest_queued();

 private:
  explicit RecordTable(Database database);

  Result<Rows> insert_singly(const std::vector<Row>& rows);
  Result<Rows> insert_together(const std::vector<Row>& rows);
  Result<Rows> rows_after(std::int64_t sequence, const std::vector<Row>& rows);
  Result<std::int64_t> last_sequence();
  Result<void> note_objects(const usage::UsageRecord& record);
  Result<std::vector<StoredRecord>> in_state(int state, std::size_t limit);

  Database database_;
  Statement insert_;
  Statement insert_many_;  ///< kRowsAtOnce rows
  Statement last_sequence_;
  Statement mark_delivered_;
};

/// Into any table with those columns; a record with the same id is left as it is.
Result<void> insert_into(Database& database, const std::string& table,
                         const usage::UsageRecord& record);

}  // namespace tollgate::ledger
