// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/ledger/salvage.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "block.hpp"
#include "database_file.hpp"
#include "loss_notes.hpp"
#include "record_store.hpp"
#include "schema.hpp"
#include "sequence_gaps.hpp"
#include "storage_names.hpp"
#include "tollgate/base/time.hpp"
#include "tollgate/ledger/ledger_files.hpp"

namespace tollgate::ledger {
namespace {

constexpr std::array<const char*, 3> kParts{"", "-wal", "-shm"};

/// A table, how many columns it has, and its order from the other end.
struct Table {
  const char* name;
  int columns;
  const char* backwards;
  bool beside = false;  ///< a database of this version that is older may not have it
};
constexpr std::array<Table, 12> kSmallTables{
    {{"segments", 3, "name DESC"},
     {"awaiting", 3, "id DESC"},
     {"exceptions", 6, "exporter DESC, sequence DESC"},
     {"counters", 2, "counter DESC"},
     {"intents", 2, "record_id DESC"},
     {"objects", 6, "id DESC"},
     {"object_conversations", 2, "id DESC", true},
     {"cursors", 5, "exporter DESC"},
     {"adjustments", 10, "sequence DESC", true},
     {"closed_hours", 3, "backend DESC, deployment DESC", true},
     {"adjustment_cursors", 5, "exporter DESC", true},
     {"adjustment_exceptions", 5, "exporter DESC, sequence DESC", true}}};

constexpr std::array<Table, 3> kRollupTables{
    {{"rollup_groups", 2, "id DESC"},
     {"rollup_prices", 2, "id DESC"},
     {"rollups", 5, "length DESC, start DESC, group_id DESC, kind DESC"}}};

class Salvage {
 public:
  Salvage(Database& from, Database& to) : from_(from), to_(to) {}

  Result<SalvageResult> run() {
    Transaction transaction(to_);
    if (!transaction.begun()) return transaction.begun().error();
    for (const Table& table : kSmallTables) {
      const Result<void> copied = copy_table(table);
      if (!copied) return copied.error();
    }
    const Result<void> sums = copy_rollups();
    if (!sums) return sums.error();
    const Result<void> told = note_lost_tables();
    if (!told) return told.error();
    const std::set<std::int64_t> places = block_places();
    const Result<void> begun = note_first_kept(places);
    if (!begun) return begun.error();
    for (const std::int64_t first : places) {
      const Result<bool> copied = copy_block(first);
      if (!copied) return copied.error();
      if (!*copied) ++result_.lost_blocks;
    }
    const Result<void> ended = note_last_known(places.empty() ? 0 : *places.rbegin());
    if (!ended) return ended.error();
    count_lost_records();
    const Result<void> committed = transaction.commit();
    if (!committed) return committed.error();
    return result_;
  }

 private:
  /// What cannot be read to its end is read from there as well: what lies between is lost.
  Result<void> copy_table(const Table& table) {
    const std::string all = std::string("SELECT * FROM ") + table.name;
    if (table.beside && !has_table(table)) return {};
    const Result<bool> whole = copy_rows(table, all);
    if (!whole) return whole.error();
    if (*whole) return {};
    result_.lost_tables.emplace_back(table.name);
    const Result<bool> rest = copy_rows(table, all + " ORDER BY " + table.backwards);
    return rest ? Result<void>() : Result<void>(rest.error());
  }

  bool has_table(const Table& table) {
    Statement row = from_.prepare("SELECT 1 FROM sqlite_master WHERE name = ?");
    row.bind(1, std::string_view(table.name));
    const Result<bool> found = row.step();
    return !found || *found;
  }

  /// All or none: the next start makes them anew of the records that are saved. One that cannot be
  /// read is no table where an earlier version made none.
  Result<void> copy_rollups() {
    // Without their counter nobody knows which records they hold.
    const bool known = !lost("counters");
    const std::size_t lost_before = result_.lost_tables.size();
    for (const Table& table : kRollupTables) {
      const Result<void> copied = copy_table(table);
      if (!copied) return copied;
    }
    if (known && result_.lost_tables.size() == lost_before) return {};
    if (!has_table(kRollupTables.back())) result_.lost_tables.resize(lost_before);
    return to_.execute(
        "DELETE FROM rollups; DELETE FROM rollup_groups; DELETE FROM rollup_prices; DELETE FROM "
        "counters WHERE counter = " +
        std::to_string(static_cast<std::int64_t>(Counter::rolled_up_to)));
  }

  /// False: they could not be read to the end, or one of them makes no sense.
  Result<bool> copy_rows(const Table& table, const std::string& select) {
    std::string marks = "?";
    for (int i = 1; i < table.columns; ++i) marks += ", ?";
    Statement rows = from_.prepare(select);
    Statement insert =
        to_.prepare(std::string("INSERT OR IGNORE INTO ") + table.name + " VALUES (" + marks + ")");
    bool whole = true;
    for (;;) {
      const Result<bool> row = rows.step();
      if (!row) return false;
      if (!*row) return whole;
      for (int i = 0; i < table.columns; ++i) insert.bind_value(i + 1, rows, i);
      const Result<void> done = insert.run();
      if (!done) return done.error();
      whole = whole && to_.changes() == 1;  // a row without what it must have is left out
    }
  }

  /// From the table and from its index: where one cannot be read the other may.
  std::set<std::int64_t> block_places() {
    std::set<std::int64_t> out;
    for (const char* const sql :
         {"SELECT first_sequence FROM blocks NOT INDEXED ORDER BY first_sequence",
          "SELECT first_sequence FROM blocks NOT INDEXED ORDER BY first_sequence DESC",
          "SELECT first_sequence FROM blocks INDEXED BY blocks_by_time WHERE last_time > 0",
          R"(SELECT first_sequence FROM blocks INDEXED BY blocks_by_time WHERE last_time > 0
             ORDER BY last_time DESC)"}) {
      Statement rows = from_.prepare(sql);
      for (;;) {
        const Result<bool> row = rows.step();
        if (!row || !*row) break;
        out.insert(rows.number(0));
      }
    }
    return out;
  }

  Result<bool> copy_block(std::int64_t first) {
    Statement row = from_.prepare("SELECT * FROM blocks WHERE first_sequence = ?");
    row.bind(1, first);
    const Result<bool> read = row.step();
    if (!read || !*read) return false;
    const std::string ends = row.text(5);
    const std::string entries = row.text(6);
    const BlockView block(entries, ends);
    std::uint64_t whole = 0;
    for (std::size_t i = 0; i < block.count(); ++i) whole += block.payload(i) ? 1 : 0;
    last_known_ = std::max(last_known_, first + row.number(1) - 1);
    if (whole == 0) return false;
    result_.records += whole;
    Statement insert = to_.prepare("INSERT OR IGNORE INTO blocks VALUES (?, ?, ?, ?, ?, ?, ?)");
    for (int i = 0; i < 5; ++i) insert.bind(i + 1, row.number(i));
    insert.bind_bytes_view(6, ends);
    insert.bind_bytes_view(7, entries);
    const Result<void> done = insert.run();
    if (!done) return done.error();
    return true;
  }

  bool lost(std::string_view table) const {
    const auto& tables = result_.lost_tables;
    return std::find(tables.begin(), tables.end(), table) != tables.end();
  }

  /// Notes what whoever opens the store must know. With `counters` an earlier salvage's notes may
  /// be lost.
  Result<void> note_lost_tables() {
    const std::int64_t now = to_unix_micros(std::chrono::system_clock::now());
    const bool notes = lost("counters");
    Result<void> done;
    if (notes || lost("segments"))
      done = write_counter(to_, Counter::tables_may_hold_journal_records_since, now);
    result_.cursors_lost = lost("cursors");
    if (done && (notes || result_.cursors_lost))
      done = write_counter(to_, Counter::cursors_lost, now);
    return done;
  }

  /// What is before it was forgotten in its time. Where that is not known, nothing is counted as
  /// lost that may have been.
  Result<void> note_first_kept(const std::set<std::int64_t>& places) {
    const Result<std::int64_t> forgotten = read_counter(to_, Counter::forgotten_to);
    if (!forgotten) return forgotten.error();
    const auto first = places.empty() ? std::nullopt : std::optional(*places.begin());
    first_kept_ = lost("counters") ? first.value_or(1) : first_due(first, *forgotten);
    return {};
  }

  /// Sequences are never used again, also those of records that are lost. `given_to` says so where
  /// it is known: `forgotten_to` would hide from then on what is missing.
  /// RecordStore::find_last_sequence() looks at cursors and whole blocks itself.
  Result<void> note_last_known(std::int64_t last_place) {
    const Result<std::int64_t> forgotten = read_counter(to_, Counter::forgotten_to);
    if (!forgotten) return forgotten.error();
    Statement others = to_.prepare(
        "SELECT (SELECT COALESCE(MAX(sequence), 0) FROM exceptions), "
        "(SELECT COALESCE(MAX(position), 0) FROM cursors)");
    const Result<bool> row = others.step();
    if (!row) return row.error();
    const std::int64_t known = std::max({*forgotten, last_place, others.number(0)});
    const Result<std::optional<std::int64_t>> given = find_counter(to_, Counter::given_to);
    if (!given) return given.error();
    const std::int64_t ever = std::max({known, others.number(1), given->value_or(0)});
    last_known_ = std::max(last_known_, ever);
    // What was forgotten in its time is not known any more; what is gone from here on is missing.
    if (lost("counters")) {
      const Result<void> noted = write_counter(to_, Counter::forgotten_to, first_kept_ - 1);
      if (!noted) return noted;
    }
    if (*given || lost("counters")) return write_counter(to_, Counter::given_to, ever);
    return write_counter(to_, Counter::forgotten_to, known);
  }

  /// Sequences have no gaps, and no block is empty.
  void count_lost_records() {
    const std::int64_t all = last_known_ - first_kept_ + 1;
    const auto saved = static_cast<std::int64_t>(result_.records);
    const auto blocks = static_cast<std::int64_t>(result_.lost_blocks);
    result_.lost_records = static_cast<std::uint64_t>(std::max(all - saved, blocks));
  }

  Database& from_;
  Database& to_;
  SalvageResult result_;
  std::int64_t first_kept_ = 1;
  std::int64_t last_known_ = 0;
};

void remove_all(const std::string& path) {
  for (const char* const part : kParts) ::unlink((path + part).c_str());
}

bool exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

Result<void> move_part(const std::string& from, const std::string& to, const std::string& part) {
  if (!exists(from + part) || ::rename((from + part).c_str(), (to + part).c_str()) == 0) return {};
  return Error{Errc::storage, "cannot move " + from + part + ": " + std::strerror(errno)};
}

/// The name under which the damaged one is kept, "...-20261128T161500.123456Z": from the time of
/// the one made of it, so that whoever goes on with what was interrupted finds the same.
std::string name_aside(const std::string& path, const std::string& made) {
  struct stat status {};
  const bool known = ::stat(made.c_str(), &status) == 0;
  const auto since_epoch =
      seconds(status.st_mtim.tv_sec) + std::chrono::nanoseconds(status.st_mtim.tv_nsec);
  const UtcTime time = known ? UtcTime(std::chrono::duration_cast<UtcTime::duration>(since_epoch))
                             : std::chrono::system_clock::now();
  const std::string micros = std::to_string(1'000'000 + to_unix_micros(time) % 1'000'000);
  std::string stamp = to_rfc3339(time).substr(0, 19) + "." + micros.substr(1);
  std::erase_if(stamp, [](char c) { return c == '-' || c == ':'; });
  return path + ".damaged-" + stamp + "Z";
}

/// The damaged file itself goes first and the new one comes last. Between the two there is no
/// database under its name: a start is refused then (database_file.cpp), and the next salvage goes
/// on here.
Result<void> change_places(const std::string& path, const std::string& made,
                           const std::string& aside) {
  for (const char* const part : kParts) {
    const Result<void> moved = move_part(path, aside, part);
    if (!moved) return moved;
  }
  for (auto part = kParts.rbegin(); part != kParts.rend(); ++part) {
    const Result<void> moved = move_part(made, path, *part);
    if (!moved) return moved;
  }
  return {};
}

/// Deletes a file at the end; none: nothing.
class Unlinked {
 public:
  explicit Unlinked(std::string path) : path_(std::move(path)) {}
  Unlinked(const Unlinked&) = delete;
  Unlinked& operator=(const Unlinked&) = delete;
  ~Unlinked() {
    if (!path_.empty()) ::unlink(path_.c_str());
  }

 private:
  std::string path_;
};

/// Another run was interrupted when the damaged file had been moved away: the new one is whole.
Result<SalvageResult> go_on(const std::string& path, const std::string& made) {
  SalvageResult out;
  out.resumed = true;
  out.kept_as = name_aside(path, made);
  {
    Result<RecordStore> store = RecordStore::open(made, config::Durability::power_loss);
    if (!store) return store.error();
    const Result<std::int64_t> cursors_lost =
        read_counter(store->database(), Counter::cursors_lost);
    if (!cursors_lost) return cursors_lost.error();
    out.cursors_lost = *cursors_lost != 0;
    const auto read = store->read_behind(0, [&](std::int64_t, std::string_view) {
      ++out.records;
      return true;
    });
    if (!read) return read.error();
  }
  const Result<void> changed = change_places(path, made, out.kept_as);
  if (!changed) return changed.error();
  return out;
}

/// Told by the gateway from its next start on, until an operator acknowledges it. Where it cannot
/// be noted the result says it all the same.
void note_what_is_lost(const std::string& path, const SalvageResult& result) {
  if (result.lost_records == 0 && result.lost_blocks == 0 && result.lost_tables.empty()) return;
  const std::string line = "a salvage saved " + std::to_string(result.records) +
                           " records; at least " + std::to_string(result.lost_records) +
                           " are lost, and parts of " + std::to_string(result.lost_tables.size()) +
                           " other tables; the damaged file is " + result.kept_as;
  static_cast<void>(
      note_loss(journal_directory(path), std::filesystem::path(path).filename(), line));
}

Result<SalvageResult> copy_readable(const std::string& path, const std::string& made) {
  remove_all(made);
  // The mode that the old one has: nobody else may read it.
  std::FILE* const file = std::fopen(made.c_str(), "wb");
  if (file == nullptr) return Error{Errc::storage, "cannot make " + made};
  std::fclose(file);
  ::chmod(made.c_str(), 0600);
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0 && status.st_size == 0)
    return Error{Errc::storage, "nothing of " + path + " is left: it was emptied"};
  Result<Database> from = Database::open(path);
  if (!from) return from.error();
  // A file that was cut short is refused whole without it; it changes nothing that is not written.
  const Result<void> cut = from->execute("PRAGMA writable_schema = ON");
  if (!cut) return cut.error();
  const Result<std::int64_t> version = schema_version(*from);
  if (!version)
    return Error{Errc::storage, "nothing of " + path + " can be read: " + version.error().message};
  if (*version != kSchemaVersion) {
    return Error{Errc::storage, path + " was written by another version of Tollgate"};
  }
  Result<RecordStore> to = RecordStore::open(made, config::Durability::power_loss);
  if (!to) return to.error();
  return Salvage(*from, to->database()).run();
}

}  // namespace

Result<SalvageResult> salvage(const std::string& path) {
  const std::string made = path + kSalvaged;
  if (!exists(path) && !exists(made)) return no_ledger_at(path);
  const bool leaves_lock = exists(path + ".lock");
  const Result<LockFile> lock = LockFile::take(path + ".lock");
  if (!lock) return lock.error();
  const Unlinked unlinked(leaves_lock ? "" : path + ".lock");
  if (!exists(path)) return go_on(path, made);
  const Result<LockFile> database_lock = LockFile::take(path);
  if (!database_lock) return database_lock.error();
  Result<SalvageResult> result = copy_readable(path, made);
  if (!result) {
    remove_all(made);
    return result;
  }
  result->kept_as = name_aside(path, made);
  const Result<void> changed = change_places(path, made, result->kept_as);
  if (!changed) return changed.error();
  note_what_is_lost(path, *result);
  return result;
}

}  // namespace tollgate::ledger
