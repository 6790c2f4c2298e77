// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "record_table.hpp"

#include <set>

#include "record_codec.hpp"
#include "record_columns.hpp"
#include "schema_upgrade.hpp"

namespace tollgate::ledger {
namespace {

const std::string kObjectsSchema =
    "CREATE TABLE objects (id TEXT PRIMARY KEY, client_name TEXT NOT NULL, backend TEXT NOT NULL, "
    "deployment TEXT NOT NULL, model TEXT NOT NULL, made_at INTEGER NOT NULL) WITHOUT ROWID;";

std::string records_schema() {
  return "CREATE TABLE records (sequence INTEGER PRIMARY KEY AUTOINCREMENT,\n" +
         record_columns().schema +
         "state INTEGER NOT NULL DEFAULT 0, quarantine_reason TEXT NOT NULL DEFAULT '', settled_at "
         "INTEGER);"
         "CREATE UNIQUE INDEX records_by_id ON records (record_id);"
         "CREATE INDEX records_queued ON records (sequence) WHERE state = 0;"
         "CREATE INDEX records_awaiting ON records (sequence) WHERE state = 3;"
         "CREATE INDEX records_settled ON records (settled_at) WHERE state = 1;"
         "CREATE INDEX records_by_time ON records (event_time);";
}

Result<void> create_schema(Database& database) {
  return database.execute(
      records_schema() +
      "CREATE TABLE intents (record_id TEXT PRIMARY KEY, payload BLOB NOT NULL) WITHOUT ROWID;" +
      kObjectsSchema);
}

/// Brings the schema to the current version, all of it or nothing.
Result<void> bring_up(Database& database, std::int64_t version) {
  if (version == RecordTable::kSchemaVersion) return {};
  Transaction transaction(database);
  if (!transaction.begun()) return transaction.begun();
  Result<void> done = version == 0 ? create_schema(database) : Result<void>();
  if (version == 1) done = upgrade_from_1(database, kObjectsSchema);
  if (done && version != 0) done = upgrade_from_2(database, records_schema());
  if (done) {
    done = database.execute("PRAGMA user_version = " + std::to_string(RecordTable::kSchemaVersion));
  }
  return done ? transaction.commit() : done;
}

std::string insert_sql(std::size_t rows) {
  const std::string row = "(" + record_columns().marks + ", ?)";
  std::string sql =
      "INSERT OR IGNORE INTO records (" + record_columns().names + ", state) VALUES " + row;
  for (std::size_t i = 1; i < rows; ++i) sql.append(", ").append(row);
  return sql;
}

std::int64_t first_state(const usage::UsageRecord& record) {
  return static_cast<std::int64_t>(record.follow_path.empty() ? DeliveryState::queued
                                                              : DeliveryState::awaiting);
}

}  // namespace

Result<void> insert_into(Database& database, const std::string& table,
                         const usage::UsageRecord& record) {
  Statement statement =
      database.prepare("INSERT OR IGNORE INTO " + table + " (" + record_columns().names +
                       ") VALUES (" + record_columns().marks + ")");
  std::string payload;
  encode_record(record, payload);
  RecordBinder binder(statement);
  binder.bind(record, payload);
  return statement.run();
}

RecordTable::RecordTable(Database database)
    : database_(std::move(database)),
      insert_(database_.prepare(insert_sql(1))),
      insert_many_(database_.prepare(insert_sql(kRowsAtOnce))),
      last_sequence_(database_.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'records'")),
      mark_delivered_(database_.prepare(
          "UPDATE records SET state = 1, settled_at = ? WHERE sequence = ? AND state = 0")) {}

Result<std::int64_t> RecordTable::version(Database& database) {
  Statement statement = database.prepare("PRAGMA user_version");
  const Result<bool> row = statement.step();
  if (!row) return row.error();
  return statement.number(0);
}

Result<RecordTable> RecordTable::open(const std::string& path, config::Durability durability) {
  Result<Database> database = Database::open(path);
  if (!database) return database.error();
  // A segment is deleted once its records are committed. Under power_loss the commit must be on the disk by
  // then (FULL); for a process crash the page cache is enough (NORMAL).
  const bool full = durability == config::Durability::power_loss;
  const Result<void> modes =
      database->execute(std::string("PRAGMA journal_mode = WAL; PRAGMA synchronous = ") +
                        (full ? "FULL;" : "NORMAL;"));
  if (!modes) return modes.error();
  const Result<std::int64_t> version = RecordTable::version(*database);
  if (!version) return version.error();
  if (*version > kSchemaVersion) {
    return Error{Errc::storage, path + " was written by a newer version of Tollgate"};
  }
  const Result<void> current = bring_up(*database, *version);
  if (!current) return current.error();
  return RecordTable(std::move(*database));
}

Result<bool> RecordTable::insert(const usage::UsageRecord& record) {
  std::string payload;
  encode_record(record, payload);
  const Result<Rows> inserted = insert({Row{&record, payload}});
  if (!inserted) return inserted.error();
  return inserted->test(0);
}

Result<RecordTable::Rows> RecordTable::insert(const std::vector<Row>& rows) {
  const Result<Rows> inserted =
      rows.size() == kRowsAtOnce ? insert_together(rows) : insert_singly(rows);
  if (!inserted) return inserted;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!inserted->test(i) || rows[i].record->stored_objects.empty()) continue;
    const Result<void> noted = note_objects(*rows[i].record);
    if (!noted) return noted.error();
  }
  return inserted;
}

Result<RecordTable::Rows> RecordTable::insert_singly(const std::vector<Row>& rows) {
  Rows inserted;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    RecordBinder binder(insert_);
    binder.bind(*rows[i].record, rows[i].payload);
    insert_.bind(binder.next(), first_state(*rows[i].record));
    const Result<void> done = insert_.run();
    if (!done) return done.error();
    inserted[i] = database_.changes() > 0;
  }
  return inserted;
}

Result<RecordTable::Rows> RecordTable::insert_together(const std::vector<Row>& rows) {
  const Result<std::int64_t> before = last_sequence();
  if (!before) return before.error();
  std::vector<RecordBinder> binders;  // they hold what is bound until the statement has run
  binders.reserve(rows.size());
  int next = 1;
  for (const Row& row : rows) {
    RecordBinder& binder = binders.emplace_back(insert_many_, next);
    binder.bind(*row.record, row.payload);
    insert_many_.bind(binder.next(), first_state(*row.record));
    next = binder.next() + 1;
  }
  const Result<void> done = insert_many_.run();
  if (!done) return done.error();
  if (database_.changes() == static_cast<std::int64_t>(rows.size())) return Rows().set();
  return rows_after(*before, rows);
}

/// Which of the rows came with the last statement: sequences only rise. Of two with one id it was the first.
Result<RecordTable::Rows> RecordTable::rows_after(std::int64_t sequence,
                                                  const std::vector<Row>& rows) {
  Rows out;
  std::set<Uuid> seen;
  Statement find = database_.prepare("SELECT 1 FROM records WHERE record_id = ? AND sequence > ?");
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Uuid& id = rows[i].record->record_id;
    if (!seen.insert(id).second) continue;
    find.bind(1, std::string_view(id.to_string()));
    find.bind(2, sequence);
    const Result<bool> found = find.step();
    if (!found) return found.error();
    out[i] = *found;
    find.reset();
  }
  return out;
}

Result<std::int64_t> RecordTable::last_sequence() {
  const Result<bool> row = last_sequence_.step();
  if (!row) return row.error();
  const std::int64_t sequence =
      *row ? last_sequence_.number(0) : 0;  // none: nothing was ever inserted
  last_sequence_.reset();
  return sequence;
}

Result<void> RecordTable::note_objects(const usage::UsageRecord& record) {
  Statement statement =
      database_.prepare("INSERT OR IGNORE INTO objects VALUES (?, ?, ?, ?, ?, ?)");
  for (const std::string& id : record.stored_objects) {
    statement.bind(1, std::string_view(id));
    statement.bind(2, std::string_view(record.client_name));
    statement.bind(3, std::string_view(record.backend));
    statement.bind(4, std::string_view(record.backend_deployment));
    statement.bind(5, std::string_view(record.requested_model));
    statement.bind(6, to_unix_micros(record.event_time));
    const Result<void> done = statement.run();
    if (!done) return done;
  }
  return {};
}

Result<std::optional<StoredObject>> RecordTable::find_object(const std::string& id) {
  Statement statement =
      database_.prepare("SELECT client_name, backend, deployment, model FROM objects WHERE id = ?");
  statement.bind(1, std::string_view(id));
  const Result<bool> row = statement.step();
  if (!row) return row.error();
  if (!*row) return std::optional<StoredObject>();
  return std::optional<StoredObject>(
      StoredObject{id, statement.text(0), statement.text(1), statement.text(2), statement.text(3)});
}

Result<void> RecordTable::forget_responses(UtcTime made_before) {
  Statement statement =
      database_.prepare("DELETE FROM objects WHERE id LIKE 'resp\\_%' ESCAPE '\\' AND made_at < ?");
  statement.bind(1, to_unix_micros(made_before));
  return statement.run();
}

Result<void> RecordTable::keep_intent(const usage::UsageRecord& intent) {
  Statement statement = database_.prepare("INSERT OR REPLACE INTO intents VALUES (?, ?)");
  std::string payload;
  encode_record(intent, payload);
  statement.bind(1, std::string_view(intent.record_id.to_string()));
  statement.bind_bytes(2, payload);
  return statement.run();
}

Result<void> RecordTable::drop_intent(const Uuid& id) {
  Statement statement = database_.prepare("DELETE FROM intents WHERE record_id = ?");
  statement.bind(1, std::string_view(id.to_string()));
  return statement.run();
}

Result<std::vector<usage::UsageRecord>> RecordTable::kept_intents() {
  std::vector<usage::UsageRecord> out;
  Statement statement = database_.prepare("SELECT payload FROM intents ORDER BY record_id");
  for (;;) {
    const Result<bool> row = statement.step();
    if (!row) return row.error();
    if (!*row) return out;
    if (auto record = decode_record(statement.text(0))) out.push_back(std::move(*record));
  }
}

Result<std::vector<StoredRecord>> RecordTable::queued(std::size_t limit) {
  return in_state(static_cast<int>(DeliveryState::queued), limit);
}

Result<std::vector<StoredRecord>> RecordTable::awaiting(std::size_t limit) {
  return in_state(static_cast<int>(DeliveryState::awaiting), limit);
}

Result<std::vector<StoredRecord>> RecordTable::in_state(int state, std::size_t limit) {
  std::vector<StoredRecord> out;
  // The state stands in the text, not in a parameter: only so SQLite sees that its partial index fits.
  Statement statement = database_.prepare("SELECT sequence, " + record_columns().names +
                                          " FROM records WHERE state = " + std::to_string(state) +
                                          " ORDER BY sequence LIMIT ?");
  statement.bind(1, static_cast<std::int64_t>(limit));
  for (;;) {
    const Result<bool> row = statement.step();
    if (!row) return row.error();
    if (!*row) return out;
    out.push_back({statement.number(0), read_record(statement, 1)});
  }
}

Result<bool> RecordTable::settle(const StoredRecord& record) {
  const auto awaits = std::to_string(static_cast<int>(DeliveryState::awaiting));
  // The row goes and comes again: its place in the order of delivery is that of its settling.
  Statement drop =
      database_.prepare("DELETE FROM records WHERE sequence = ? AND state = " + awaits);
  drop.bind(1, record.sequence);
  const Result<void> dropped = drop.run();
  if (!dropped) return dropped.error();
  return database_.changes() > 0 ? insert(record.record) : Result<bool>(false);
}

Result<void> RecordTable::mark_delivered(std::int64_t sequence, UtcTime now) {
  mark_delivered_.bind(1, to_unix_micros(now));
  mark_delivered_.bind(2, sequence);
  return mark_delivered_.run();
}

Result<void> RecordTable::quarantine(std::int64_t sequence, const std::string& reason,
                                     UtcTime now) {
  Statement statement = database_.prepare(
      "UPDATE records SET state = 2, quarantine_reason = ?, settled_at = ? WHERE sequence = ? AND "
      "state = 0");
  statement.bind(1, std::string_view(reason));
  statement.bind(2, to_unix_micros(now));
  statement.bind(3, sequence);
  return statement.run();
}

Result<std::int64_t> RecordTable::delete_delivered(UtcTime before, std::size_t limit) {
  Statement statement = database_.prepare(
      "DELETE FROM records WHERE sequence IN (SELECT sequence FROM records WHERE state = 1 AND "
      "settled_at < ? ORDER BY settled_at LIMIT ?)");
  statement.bind(1, to_unix_micros(before));
  statement.bind(2, static_cast<std::int64_t>(limit));
  const Result<void> done = statement.run();
  if (!done) return done.error();
  return database_.changes();
}

std::optional<UtcTime> RecordTable::oldest_queued() {
  Statement statement =
      database_.prepare("SELECT event_time FROM records WHERE state = 0 ORDER BY sequence LIMIT 1");
  const Result<bool> row = statement.step();
  if (!row || !*row) return std::nullopt;
  return from_unix_micros(statement.number(0));
}

Result<RecordTable::Counts> RecordTable::counts() {
  Counts out;
  Statement statement =
      database_.prepare("SELECT state, COUNT(*), MIN(event_time) FROM records GROUP BY state");
  for (;;) {
    const Result<bool> row = statement.step();
    if (!row) return row.error();
    if (!*row) return out;
    const auto count = static_cast<std::uint64_t>(statement.number(1));
    switch (static_cast<DeliveryState>(statement.number(0))) {
      case DeliveryState::queued:
        out.queued = count;
        out.oldest_queued = from_unix_micros(statement.number(2));
        break;
      case DeliveryState::delivered:
        out.delivered = count;
        break;
      case DeliveryState::quarantined:
        out.quarantined = count;
        break;
      case DeliveryState::awaiting:
        out.awaiting = count;
        break;
    }
  }
}

}  // namespace tollgate::ledger
