// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "schema.hpp"

#include "adjustment_table.hpp"
#include "kept_losses.hpp"
#include "refusal_table.hpp"
#include "rollup_seals.hpp"
#include "rollup_table.hpp"
#include "schema_upgrade.hpp"

namespace tollgate::ledger {
namespace {

/// The bytes of a block come last: whoever wants the numbers only does not read over them.
constexpr const char* kBlocks = R"(
CREATE TABLE blocks (
  first_sequence INTEGER PRIMARY KEY, records INTEGER NOT NULL,
  first_time INTEGER NOT NULL, last_time INTEGER NOT NULL, arrived_at INTEGER NOT NULL,
  ends BLOB NOT NULL, entries BLOB NOT NULL);
CREATE INDEX blocks_by_time ON blocks (last_time, first_time);
CREATE TABLE segments (
  name TEXT PRIMARY KEY, ingested_to INTEGER NOT NULL, changed_at INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE awaiting (
  id INTEGER PRIMARY KEY AUTOINCREMENT, record_id TEXT NOT NULL, payload BLOB NOT NULL);
CREATE TABLE cursors (
  exporter TEXT PRIMARY KEY, position INTEGER NOT NULL, given_up INTEGER NOT NULL,
  active INTEGER NOT NULL, required INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE exceptions (
  exporter TEXT NOT NULL, sequence INTEGER NOT NULL, kind INTEGER NOT NULL, reason TEXT NOT NULL,
  since INTEGER NOT NULL, payload BLOB NOT NULL, PRIMARY KEY (exporter, sequence)) WITHOUT ROWID;
CREATE TABLE counters (counter INTEGER PRIMARY KEY, value INTEGER NOT NULL);
)";

/// Segments of which `segments` says that something is lost, and whose loss has been told; and why
/// exporters fail. Made beside the others where a database of this version has none yet: earlier
/// versions do not look.
constexpr const char* kTold = R"(
CREATE TABLE IF NOT EXISTS told_losses (segment TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS troubles (
  exporter TEXT PRIMARY KEY, since INTEGER NOT NULL, reason TEXT NOT NULL) WITHOUT ROWID;
)";

/// Sums of what the records say, by quarter hours and days, which stay when those go; and what they
/// are of. Made as the tables above are: an earlier version passes over them, and what it takes in
/// meanwhile is rolled up afterwards (rollup_writer.hpp).
constexpr const char* kRollups = R"(
CREATE TABLE IF NOT EXISTS rollups (
  length INTEGER NOT NULL, start INTEGER NOT NULL, group_id INTEGER NOT NULL,
  kind INTEGER NOT NULL, sums BLOB NOT NULL,
  PRIMARY KEY (length, start, group_id, kind)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS rollup_groups (id INTEGER PRIMARY KEY, dimensions BLOB NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS rollup_prices (id INTEGER PRIMARY KEY, component BLOB NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS rollup_seals (
  length INTEGER NOT NULL, start INTEGER NOT NULL, rows INTEGER NOT NULL, sum INTEGER NOT NULL,
  PRIMARY KEY (length, start)) WITHOUT ROWID;
)";

/// Which conversation an object belongs to, where one is known. Apart from `objects`, whose columns
/// earlier versions count.
constexpr const char* kConversations = R"(
CREATE TABLE IF NOT EXISTS object_conversations (
  id TEXT PRIMARY KEY, conversation TEXT NOT NULL) WITHOUT ROWID;
)";

/// Tables that a database of this version may not have yet: earlier programs do not look for them.
Result<void> make_what_is_new(Database& database) {
  Result<void> done = database.execute(kTold);
  if (done) done = make_loss_table(database);
  if (done) done = make_adjustment_tables(database);
  if (done) done = make_quota_tables(database);
  if (done) done = database.execute(kConversations);
  if (done) done = database.execute(kRollups);
  if (done) done = give_check_sums(database);
  return done ? give_seals(database) : done;
}

constexpr const char* kIntents =
    "CREATE TABLE intents (record_id TEXT PRIMARY KEY, payload BLOB NOT NULL) WITHOUT ROWID;";

constexpr const char* kObjects =
    "CREATE TABLE objects (id TEXT PRIMARY KEY, client_name TEXT NOT NULL, backend TEXT NOT NULL, "
    "deployment TEXT NOT NULL, model TEXT NOT NULL, made_at INTEGER NOT NULL) WITHOUT ROWID;";

constexpr const char* kResponses =
    "CREATE INDEX responses_by_time ON objects (made_at) WHERE id >= 'resp_' AND id < 'resp`';";

Result<void> create(Database& database) {
  Result<void> done = database.execute(kBlocks);
  if (done) done = database.execute(kIntents);
  if (done) done = database.execute(kObjects);
  if (done) done = database.execute(kResponses);
  return done;
}

Result<void> upgrade(Database& database, std::int64_t version) {
  Result<void> done;
  if (version == 1) done = upgrade_from_1(database, kObjects);
  if (done) done = database.execute(kBlocks);
  if (done) done = database.execute(kResponses);
  if (done) done = move_records(database, version);
  return done;
}

}  // namespace

Result<std::int64_t> schema_version(Database& database) {
  Statement statement = database.prepare("PRAGMA user_version");
  const Result<bool> row = statement.step();
  if (!row) return row.error();
  return statement.number(0);
}

Result<void> bring_up(Database& database, const std::string& path) {
  const Result<std::int64_t> version = schema_version(database);
  if (!version) return version.error();
  if (*version == kSchemaVersion) return make_what_is_new(database);
  if (*version > kSchemaVersion) {
    return Error{Errc::storage, path + " was written by a newer version of Tollgate"};
  }
  Transaction transaction(database);
  if (!transaction.begun()) return transaction.begun();
  Result<void> done = *version == 0 ? create(database) : upgrade(database, *version);
  if (done) done = make_what_is_new(database);
  if (done) {
    done = database.execute("PRAGMA user_version = " + std::to_string(kSchemaVersion));
  }
  return done ? transaction.commit() : done;
}

Result<std::optional<std::int64_t>> find_counter(Database& database, Counter counter) {
  Statement statement = database.prepare("SELECT value FROM counters WHERE counter = ?");
  statement.bind(1, static_cast<std::int64_t>(counter));
  const Result<bool> row = statement.step();
  if (!row) return row.error();
  return *row ? std::optional(statement.number(0)) : std::optional<std::int64_t>();
}

Result<std::int64_t> read_counter(Database& database, Counter counter) {
  const Result<std::optional<std::int64_t>> found = find_counter(database, counter);
  if (!found) return found.error();
  return found->value_or(0);
}

Result<void> write_counter(Database& database, Counter counter, std::int64_t value) {
  Statement writer = counter_writer(database);
  return write_counter(writer, counter, value);
}

Statement counter_writer(Database& database) {
  return database.prepare("INSERT OR REPLACE INTO counters VALUES (?, ?)");
}

Result<void> write_counter(Statement& writer, Counter counter, std::int64_t value) {
  writer.bind(1, static_cast<std::int64_t>(counter));
  writer.bind(2, value);
  return writer.run();
}

}  // namespace tollgate::ledger
