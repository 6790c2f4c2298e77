// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "database_salvage.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adjustment_row.hpp"
#include "block.hpp"
#include "counter_check.hpp"
#include "lost_costs.hpp"
#include "rollup_codec.hpp"
#include "salvaged_sums.hpp"
#include "schema.hpp"
#include "sequence_gaps.hpp"
#include "tollgate/base/time.hpp"

namespace tollgate::ledger {
namespace {

/// A table, how many columns it has, and its order from the other end.
struct SavedTable {
  const char* name;
  int columns;
  const char* backwards;
  bool beside = false;              ///< a database of this version that is older may not have it
  const char* made_with = nullptr;  ///< where it is not though this is, it was lost
  /// Of a row whether it is to be saved; null: each that can be read.
  bool (*is_whole)(const Statement& row) = nullptr;
};
bool is_whole_rollup(const Statement& row) {
  RollupSums ignored;
  return add_encoded_sums(row.text(kRollupSums), rollup_place(row), ignored);
}
bool is_whole_adjustment(const Statement& row) { return !read_adjustment(row).damaged; }
constexpr std::array<SavedTable, 16> kSavedTables{
    {{"segments", 3, "name DESC"},
     {"awaiting", 3, "id DESC"},
     {"exceptions", 6, "exporter DESC, sequence DESC"},
     {"counters", 2, "counter DESC", false, nullptr, is_counter},
     {"intents", 2, "record_id DESC"},
     {"objects", 6, "id DESC"},
     {"losses", 3, "line DESC", true},
     {"object_conversations", 2, "id DESC", true},
     {"cursors", 5, "exporter DESC"},
     {"adjustments", 10, "sequence DESC", true, "closed_hours", is_whole_adjustment},
     {"closed_hours", 3, "backend DESC, deployment DESC", true, "adjustments"},
     {"adjustment_cursors", 5, "exporter DESC", true, "adjustments"},
     {"adjustment_exceptions", 5, "exporter DESC, sequence DESC", true, "adjustments"},
     {"refusals", 14, "sequence DESC", true, "quota_actions"},
     {"refusal_cursors", 5, "exporter DESC", true, "refusals"},
     {"quota_actions", 8, "id DESC", true, "refusals"}}};

constexpr std::array<SavedTable, 4> kRollupTables{
    {{"rollup_groups", 2, "id DESC"},
     {"rollup_prices", 2, "id DESC"},
     {"rollup_seals", 4, "length DESC, start DESC", true},
     {"rollups", 5, "length DESC, start DESC, group_id DESC, kind DESC", false, nullptr,
      is_whole_rollup}}};

class DatabaseSalvage {
 public:
  DatabaseSalvage(Database& from, Database& to, const std::vector<JournalRecord>& journals)
      : from_(from), to_(to), journals_(journals) {}

  Result<SalvageResult> run() {
    Transaction transaction(to_);
    if (!transaction.begun()) return transaction.begun().error();
    for (const SavedTable& table : kSavedTables) {
      const Result<void> copied = copy_table(table);
      if (!copied) return copied.error();
    }
    const Result<void> open = lost("adjustments") ? open_hours(to_) : Result<void>();
    if (!open) return open.error();
    const Result<void> order = keep_adjustment_order();
    if (!order) return order.error();
    const Result<void> sums = copy_rollups();
    if (!sums) return sums.error();
    const Result<void> told = note_lost_tables();
    if (!told) return told.error();
    const std::set<std::int64_t> places = block_places();
    for (const std::int64_t first : places) {
      const Result<bool> copied = copy_block(first);
      if (!copied) return copied.error();
      if (!*copied) ++result_.lost_blocks;
    }
    const Result<void> right = set_right(places);
    if (!right) return right.error();
    const Result<void> begun = note_first_kept(places);
    if (!begun) return begun.error();
    const Result<void> ended = note_last_known(places.empty() ? 0 : *places.rbegin());
    if (!ended) return ended.error();
    count_lost_records();
    const Result<void> committed = transaction.commit();
    if (!committed) return committed.error();
    const Result<void> corrected = correct_sums(to_, journals_, sums_, result_);
    if (!corrected) return corrected.error();
    auto costs = find_lost_costs(to_, journals_);
    if (!costs) return costs.error();
    result_.lost_costs = std::move(*costs);
    result_.lost_records = std::max(result_.lost_records, result_.lost_costs.records);
    return result_;
  }

 private:
  /// What cannot be read to its end is read from there as well: what lies between is lost.
  Result<void> copy_table(const SavedTable& table) {
    const std::string all = std::string("SELECT * FROM ") + table.name;
    if (table.beside && !has_table(table.name)) {
      if (table.made_with != nullptr && has_table(table.made_with))
        result_.lost_tables.emplace_back(table.name);
      return {};
    }
    const Result<bool> whole = copy_rows(table, all);
    if (!whole) return whole.error();
    if (*whole) return {};
    result_.lost_tables.emplace_back(table.name);
    const Result<bool> rest = copy_rows(table, all + " ORDER BY " + table.backwards);
    return rest ? Result<void>() : Result<void>(rest.error());
  }

  bool has_table(std::string_view table) {
    Statement row = from_.prepare("SELECT 1 FROM sqlite_master WHERE name = ?");
    row.bind(1, table);
    const Result<bool> found = row.step();
    return !found || *found;
  }

  /// What was given of it is never given again, also where those adjustments are deleted: exporters
  /// have passed it.
  Result<void> keep_adjustment_order() {
    Statement row = from_.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'adjustments'");
    const Result<bool> found = row.step();
    sums_.adjustment_order_known = found.has_value();
    const std::int64_t given = found && *found ? row.number(0) : 0;
    Statement reached = to_.prepare(
        "SELECT MAX((SELECT COALESCE(MAX(sequence), 0) FROM adjustments), (SELECT "
        "COALESCE(MAX(position), 0) FROM adjustment_cursors))");
    const Result<bool> known = reached.step();
    if (!known) return known.error();
    // Where it cannot be read an exporter's cursor says how far it had come at least.
    const std::int64_t last = found && *found ? given : reached.number(0);
    return to_.execute(
        "DELETE FROM sqlite_sequence WHERE name = 'adjustments'; INSERT INTO "
        "sqlite_sequence VALUES ('adjustments', " +
        std::to_string(last) + ")");
  }

  /// Counters that cannot be true, of which a counter is lost and a cursor begins anew. Roll-ups
  /// follow once all is saved.
  Result<void> set_right(const std::set<std::int64_t>& places) {
    Result<void> done = set_faults_right();
    if (!done || !lost("counters")) return done;
    // Only now is anything known that a false cursor can be held against.
    done = bound_order(places);
    if (done) done = set_faults_right();
    return done ? note_lost_tables() : done;
  }

  /// Where `given_to` is lost the last block says how far the order had come, if it can be read;
  /// else an exporter may rightly have come farther.
  Result<void> bound_order(const std::set<std::int64_t>& places) {
    const auto given = find_counter(to_, Counter::given_to);
    if (!given) return given.error();
    const bool known = places_known_ && !places.empty() && last_known_ >= *places.rbegin();
    if (*given || !known) return {};
    const Result<std::int64_t> forgotten = read_counter(to_, Counter::forgotten_to);
    if (!forgotten) return forgotten.error();
    return write_counter(to_, Counter::given_to, std::max(last_known_, *forgotten));
  }

  Result<void> set_faults_right() {
    const auto faults = find_counter_faults(to_);
    if (!faults) return faults.error();
    const UtcTime now = std::chrono::system_clock::now();
    for (const CounterFault& fault : *faults) {
      note_set_right(fault.line);
      if (fault.of == CounterFault::Of::cursor) result_.cursors_lost = true;
      const bool counter = fault.of == CounterFault::Of::counter;
      const Result<void> done = counter ? lose_counter(fault) : set_right_alone(to_, fault, now);
      if (!done) return done;
    }
    return {};
  }

  /// Of the roll-ups' counter both looks say the same.
  void note_set_right(const std::string& line) {
    std::vector<std::string>& all = result_.set_right;
    if (std::find(all.begin(), all.end(), line) == all.end()) all.push_back(line);
  }

  Result<void> lose_counter(const CounterFault& fault) {
    if (!lost("counters")) result_.lost_tables.emplace_back("counters");
    return to_.execute("DELETE FROM counters WHERE counter = " + std::to_string(fault.counter));
  }

  /// Those that are whole, as long as it is known of what they are; else none, and the next start
  /// makes them anew of the records that are saved. One that cannot be read is no table where an
  /// earlier version made none.
  Result<void> copy_rollups() {
    const std::size_t lost_before = result_.lost_tables.size();
    const Result<void> emptied = to_.execute("DELETE FROM rollup_seals");
    if (!emptied) return emptied;
    for (const SavedTable& table : kRollupTables) {
      const Result<void> copied = copy_table(table);
      if (!copied) return copied;
    }
    const bool all = result_.lost_tables.size() == lost_before;
    const bool named = !lost(kRollupTables[0].name) && !lost(kRollupTables[1].name);
    if (all || (named && has_table(kRollupTables.back().name))) return note_first_sums();
    sums_.lost = true;
    const auto rolled_up = find_counter(to_, Counter::rolled_up_to);
    if (!rolled_up) return rolled_up.error();
    if (!*rolled_up && !has_table(kRollupTables.back().name))
      result_.lost_tables.resize(lost_before);
    return drop_rollups(to_);
  }

  /// With `counters` it may be lost since when there are any.
  Result<void> note_first_sums() {
    if (!lost("counters")) return {};
    return to_.execute("INSERT OR IGNORE INTO counters SELECT " +
                       std::to_string(static_cast<std::int64_t>(Counter::rollups_lack_to)) +
                       ", MIN(start) * 1000000 - 1 FROM rollups HAVING COUNT(*) > 0");
  }

  /// False: they could not be read to the end, or one of them makes no sense.
  Result<bool> copy_rows(const SavedTable& table, const std::string& select) {
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
      if (table.is_whole != nullptr && !table.is_whole(rows)) {
        whole = false;
        continue;
      }
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
        if (row && !*row) places_known_ = true;
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
    result_.cursors_lost = result_.cursors_lost || lost("cursors");
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
    const std::int64_t ever = std::max({known, others.number(1), given->value_or(0), last_known_});
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
    result_.loss_unknown = !places_known_ && lost("counters");
  }

  Database& from_;
  Database& to_;
  const std::vector<JournalRecord>& journals_;
  SalvageResult result_;
  SavedSums sums_;
  bool places_known_ = false;  ///< of all blocks, from their table or its index
  std::int64_t first_kept_ = 1;
  std::int64_t last_known_ = 0;
};

}  // namespace

Result<SalvageResult> salvage_database(Database& from, Database& to,
                                       const std::vector<JournalRecord>& journals) {
  return DatabaseSalvage(from, to, journals).run();
}

}  // namespace tollgate::ledger
