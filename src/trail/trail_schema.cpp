// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "trail_schema.hpp"

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

#include "tollgate/base/uuid.hpp"

namespace tollgate::trail {
namespace {

using storage::Database;
using storage::Statement;

constexpr const char* kTables = R"(
CREATE TABLE facts (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE audit_rows (
  sequence INTEGER PRIMARY KEY, record_id TEXT NOT NULL, kind TEXT NOT NULL,
  event_time INTEGER NOT NULL, client TEXT NOT NULL, caller TEXT NOT NULL,
  conversation TEXT NOT NULL, key_id INTEGER NOT NULL, leaf BLOB NOT NULL, open BLOB NOT NULL,
  sealed BLOB NOT NULL);
CREATE INDEX audit_rows_by_record ON audit_rows (record_id, kind);
CREATE INDEX audit_rows_by_time ON audit_rows (event_time);
CREATE INDEX audit_rows_by_caller ON audit_rows (caller, event_time) WHERE caller != '';
CREATE INDEX audit_rows_by_conversation ON audit_rows (conversation) WHERE conversation != '';
CREATE TABLE data_keys (
  id INTEGER PRIMARY KEY AUTOINCREMENT, client TEXT NOT NULL, month TEXT NOT NULL,
  caller TEXT NOT NULL, master TEXT NOT NULL, wrapped BLOB, living INTEGER NOT NULL DEFAULT 1,
  erased_at INTEGER, erased_to INTEGER);
CREATE UNIQUE INDEX living_keys ON data_keys (client, month, caller) WHERE living = 1;
CREATE INDEX keys_by_caller ON data_keys (caller);
CREATE TABLE accesses (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT, event_time INTEGER NOT NULL, row BLOB NOT NULL);
CREATE TABLE cursors (
  exporter TEXT NOT NULL, stream INTEGER NOT NULL, position INTEGER NOT NULL,
  active INTEGER NOT NULL, PRIMARY KEY (exporter, stream)) WITHOUT ROWID;
CREATE TABLE exceptions (
  exporter TEXT NOT NULL, stream INTEGER NOT NULL, sequence INTEGER NOT NULL,
  retrying INTEGER NOT NULL, reason TEXT NOT NULL, since INTEGER NOT NULL,
  PRIMARY KEY (exporter, stream, sequence)) WITHOUT ROWID;
)";

/// Exchanges whose rows went early: that they were there must be known until nobody looks for them
/// any more. And rows that deliveries found damaged. Made where a database of this version has none
/// yet.
constexpr const char* kLaterTables = R"(
CREATE TABLE IF NOT EXISTS deleted_sides (
  record_id TEXT NOT NULL, kind TEXT NOT NULL, event_time INTEGER NOT NULL,
  PRIMARY KEY (record_id, kind)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS damaged_rows (
  sequence INTEGER PRIMARY KEY, acknowledged INTEGER NOT NULL DEFAULT 0);
)";

/// Of a database whose erasures left no mark: every key that is empty was erased by then, at a time
/// that nobody knows.
constexpr const char* kMarkErasures = R"(
ALTER TABLE data_keys ADD COLUMN erased_at INTEGER;
ALTER TABLE data_keys ADD COLUMN erased_to INTEGER;
UPDATE data_keys SET erased_to = COALESCE(
    (SELECT CAST(CAST(value AS TEXT) AS INTEGER) FROM facts WHERE name = 'given_to'), 0)
  WHERE wrapped IS NULL AND living = 0;
)";

Result<std::int64_t> pragma(Database& database, const char* name) {
  storage::LentStatement statement = database.kept(std::string("PRAGMA ") + name);
  const Result<bool> row = statement->step();
  if (!row) return row.error();
  return statement->number(0);
}

/// Once: another process may do so at the same time.
Result<void> begin_marking_erasures(Database& database) {
  const Result<bool> done = marks_erasures(database);
  if (!done) return done.error();
  if (*done) return {};
  storage::Transaction transaction(database);
  if (!transaction.begun()) return transaction.begun();
  const Result<bool> done_by_now = marks_erasures(database);
  if (!done_by_now) return done_by_now.error();
  if (*done_by_now) return {};
  const Result<void> marked = database.execute(kMarkErasures);
  return marked ? transaction.commit() : marked;
}

std::string as_bytes(const std::vector<Sha256>& hashes) {
  std::string out;
  for (const Sha256& hash : hashes) out.append(hash.begin(), hash.end());
  return out;
}

std::vector<Sha256> as_hashes(std::string_view bytes) {
  std::vector<Sha256> out(bytes.size() / Sha256{}.size());
  for (std::size_t i = 0; i < out.size(); ++i) {
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(i * out[i].size()), out[i].size(),
                out[i].begin());
  }
  return out;
}

}  // namespace

Result<void> set_modes(Database& database) {
  return database.execute(
      "PRAGMA journal_mode = WAL; PRAGMA journal_size_limit = 67108864; PRAGMA synchronous = FULL; "
      "PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY;");
}

Result<void> create_tables(Database& database) {
  storage::Transaction transaction(database);
  if (!transaction.begun()) return transaction.begun();
  Result<void> done = database.execute(kTables);
  if (done) done = write_fact(database, fact::kTrail, make_uuid_v4().to_string());
  if (done) done = database.execute("PRAGMA user_version = " + std::to_string(kSchemaVersion));
  return done ? transaction.commit() : done;
}

Result<void> check_version(Database& database, const std::string& path) {
  const Result<std::int64_t> version = pragma(database, "user_version");
  if (!version) return version.error();
  if (*version != kSchemaVersion)
    return Error{Errc::storage, path + " was written by another version of Tollgate"};
  const Result<void> tables = database.execute(kLaterTables);
  return tables ? begin_marking_erasures(database) : tables;
}

Result<bool> marks_erasures(Database& database) {
  Statement statement =
      database.prepare("SELECT 1 FROM pragma_table_info('data_keys') WHERE name = 'erased_to'");
  return statement.step();
}

Result<std::string> erasure_mark(Database& database, UtcTime now) {
  const Result<std::int64_t> last = read_number(database, fact::kGivenTo);
  if (!last) return last.error();
  return "erased_at = " + std::to_string(to_unix_micros(now)) +
         ", erased_to = " + std::to_string(*last);
}

Result<std::string> read_fact(Database& database, const char* name) {
  storage::LentStatement statement = database.kept("SELECT value FROM facts WHERE name = ?");
  statement->bind_view(1, std::string_view(name));
  const Result<bool> row = statement->step();
  if (!row) return row.error();
  return *row ? statement->text(0) : std::string();
}

Result<std::int64_t> read_number(Database& database, const char* name) {
  const Result<std::string> text = read_fact(database, name);
  if (!text) return text.error();
  std::int64_t out = 0;
  std::from_chars(text->data(), text->data() + text->size(), out);
  return out;
}

Result<void> write_fact(Database& database, const char* name, std::string_view value) {
  storage::LentStatement statement = database.kept("INSERT OR REPLACE INTO facts VALUES (?, ?)");
  statement->bind_view(1, std::string_view(name));
  statement->bind_bytes_view(2, value.empty() ? std::string_view("") : value);
  return statement->run();
}

Result<void> write_number(Database& database, const char* name, std::int64_t value) {
  return write_fact(database, name, std::to_string(value));
}

Result<Frontier> read_frontier(Database& database) {
  const Result<std::int64_t> size = read_number(database, fact::kFrontierSize);
  if (!size) return size.error();
  const Result<std::string> hashes = read_fact(database, fact::kFrontier);
  if (!hashes) return hashes.error();
  auto frontier = Frontier::from(static_cast<std::uint64_t>(*size), as_hashes(*hashes));
  if (!frontier) return Error{Errc::storage, "the audit trail's Merkle tree is malformed"};
  return std::move(*frontier);
}

Result<void> write_frontier(Database& database, const Frontier& frontier) {
  const Result<void> size =
      write_number(database, fact::kFrontierSize, static_cast<std::int64_t>(frontier.size()));
  return size ? write_fact(database, fact::kFrontier, as_bytes(frontier.hashes())) : size;
}

Result<std::uint64_t> used_bytes(Database& database) {
  std::int64_t numbers[3];
  const char* const names[] = {"page_count", "freelist_count", "page_size"};
  for (std::size_t i = 0; i < 3; ++i) {
    const Result<std::int64_t> number = pragma(database, names[i]);
    if (!number) return number.error();
    numbers[i] = *number;
  }
  return static_cast<std::uint64_t>((numbers[0] - numbers[1]) * numbers[2]);
}

}  // namespace tollgate::trail
