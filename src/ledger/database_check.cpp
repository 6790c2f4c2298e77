// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "database_check.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>
#include <utility>

#include "adjustment_row.hpp"
#include "block.hpp"
#include "counter_check.hpp"
#include "rollup_codec.hpp"
#include "schema.hpp"
#include "seal_check.hpp"

namespace tollgate::ledger {
namespace {

/// Of one step: with BlockBuilder::kFull at most some 4 MiB.
constexpr std::int64_t kBlocksAtOnce = 16;
constexpr std::int64_t kObjectsAtOnce = 5'000;
constexpr std::int64_t kRollupsAtOnce = 5'000;
constexpr std::int64_t kAdjustmentsInAStep = 5'000;

/// Behind all that there are.
constexpr std::int64_t kNoLength = std::numeric_limits<std::int64_t>::max();

/// All that is read meanwhile is of one moment.
class ReadMoment {
 public:
  explicit ReadMoment(Database& database) : database_(database) {
    (void)database_.execute("SAVEPOINT check_reads");
  }
  ~ReadMoment() { (void)database_.execute("RELEASE check_reads"); }
  ReadMoment(const ReadMoment&) = delete;
  ReadMoment& operator=(const ReadMoment&) = delete;

 private:
  Database& database_;
};

Result<std::int64_t> number_of(Database& database, const std::string& query) {
  Statement row = database.prepare(query);
  const Result<bool> found = row.step();
  if (!found) return found.error();
  return *found ? row.number(0) : 0;
}

}  // namespace

DatabaseCheck::DatabaseCheck(Database database, std::vector<std::string> found)
    : database_(std::move(database)) {
  for (std::string& line : found) {
    if (report_.faults.size() < CheckReport::kMostLines) report_.faults.push_back(std::move(line));
  }
  // First, for what comes next reads the file: nobody waits for this check, and it tries again.
  (void)database_.execute("PRAGMA busy_timeout = 100");
  // Little memory: every page is read once.
  (void)database_.execute("PRAGMA cache_size = -1024");
}

bool DatabaseCheck::step(UtcTime now) {
  const Result<bool> done = check_phase();
  if (!done && database_.last_failure_passes()) return false;
  if (!done) add("the database's " + at_hand() + " cannot be read: " + done.error().message);
  const bool over = done ? *done : phase_ != Phase::others || table_ + 1 == kSmallTables.size();
  if (phase_ == Phase::others) ++table_;
  if (!over) return false;
  if (phase_ == Phase::others) {
    end(now);
    return true;
  }
  phase_ = static_cast<Phase>(static_cast<int>(phase_) + 1);
  return false;
}

Result<bool> DatabaseCheck::check_phase() {
  switch (phase_) {
    case Phase::blocks:
      return check_blocks();
    case Phase::times:
      return check_times();
    case Phase::objects:
      return check_objects();
    case Phase::rollups:
      return check_rollups();
    case Phase::adjustments:
      return check_adjustments();
    case Phase::others:
      break;
  }
  return check_others();
}

std::string DatabaseCheck::at_hand() const {
  switch (phase_) {
    case Phase::blocks:
      return "table blocks";
    case Phase::times:
      return "index blocks_by_time";
    case Phase::objects:
      return "table objects";
    case Phase::rollups:
      return "table rollups";
    case Phase::adjustments:
      return "table adjustments";
    case Phase::others:
      break;
  }
  return std::string("table ") + kSmallTables[table_];
}

/// From the block that holds the next sequence, for small ones are put together meanwhile.
Result<bool> DatabaseCheck::check_blocks() {
  Statement rows = database_.prepare(
      "SELECT first_sequence, records, ends, entries FROM blocks WHERE first_sequence >= (SELECT "
      "COALESCE(MAX(first_sequence), 0) FROM blocks WHERE first_sequence <= ?1) AND "
      "first_sequence + records > ?1 ORDER BY first_sequence LIMIT ?2");
  rows.bind(1, behind_ + 1);
  rows.bind(2, kBlocksAtOnce);
  std::int64_t count = 0;
  for (;; ++count) {
    const Result<bool> row = rows.step();
    if (!row) return row.error();
    if (!*row) return count < kBlocksAtOnce;
    const Result<void> gap = check_gap(rows.number(0));
    if (!gap) return gap.error();
    check_block(rows);
    behind_ = rows.number(0) + rows.number(1) - 1;
  }
}

/// Retention takes the oldest blocks away, also those that would have come next.
Result<void> DatabaseCheck::check_gap(std::int64_t first) {
  if (behind_ == 0 || first <= behind_ + 1) return {};
  const Result<std::int64_t> oldest =
      number_of(database_, "SELECT MIN(first_sequence) FROM blocks");
  if (!oldest) return oldest.error();
  if (*oldest == first) return {};
  add("the records " + std::to_string(behind_ + 1) + " to " + std::to_string(first - 1) +
      " are missing");
  return {};
}

void DatabaseCheck::check_block(const Statement& row) {
  const std::int64_t first = row.number(0);
  const std::string ends = row.text(2);
  const std::string entries = row.text(3);
  const BlockView block(entries, ends);
  if (static_cast<std::int64_t>(block.count()) != row.number(1)) {
    add("the block of records from " + std::to_string(first) + " on is damaged");
    return;
  }
  for (std::size_t i = 0; i < block.count(); ++i) {
    const std::int64_t sequence = first + static_cast<std::int64_t>(i);
    if (sequence <= behind_ || block.payload(i)) continue;
    if (damaged_.size() < CheckReport::kMostLines) damaged_.push_back(sequence);
    add("the record " + std::to_string(sequence) + " is damaged");
  }
}

/// Reports find blocks by the index of their times: what it lacks they would leave out.
Result<bool> DatabaseCheck::check_times() {
  Statement row = database_.prepare(
      "SELECT (SELECT COUNT(*) FROM blocks NOT INDEXED), (SELECT COUNT(*) FROM blocks INDEXED BY "
      "blocks_by_time)");
  const Result<bool> found = row.step();
  if (!found) return found.error();
  if (row.number(0) != row.number(1)) add("the index of the records' times is damaged");
  return true;
}

Result<bool> DatabaseCheck::check_objects() {
  Statement rows = database_.prepare(
      "SELECT id, client_name, backend, deployment, model, made_at FROM objects WHERE id > ? "
      "ORDER BY id LIMIT ?");
  rows.bind(1, object_);
  rows.bind(2, kObjectsAtOnce);
  for (std::int64_t count = 0;; ++count) {
    const Result<bool> row = rows.step();
    if (!row) return row.error();
    if (!*row) return count < kObjectsAtOnce;
    std::string id = rows.text(0);
    if (id <= object_) {
      add("the table of stored objects is out of order behind " + object_);
      return true;
    }
    object_ = std::move(id);
  }
}

/// From one time to the next; a step ends with the last row of a time. Rows and seals are of one
/// moment.
Result<bool> DatabaseCheck::check_rollups() {
  const ReadMoment moment(database_);
  Statement rows =
      database_.prepare(rollup_rows("WHERE (length, start) > (?, ?) ORDER BY length, start"));
  rows.bind(1, rollup_.first);
  rows.bind(2, rollup_.second);
  const SealPlace from{rollup_.first, rollup_.second};
  Seals met;
  for (std::int64_t count = 0;; ++count) {
    const Result<bool> row = rows.step();
    if (!row) return row.error();
    const std::pair time{*row ? rows.number(0) : kNoLength, *row ? rows.number(1) : 0};
    if (!*row || (count >= kRollupsAtOnce && time != rollup_)) {
      const SealPlace to =
          *row ? SealPlace{rollup_.first, rollup_.second} : SealPlace{kNoLength, 0};
      const Result<void> sealed = check_seals(from, to, met);
      if (!sealed) return sealed.error();
      return !*row;
    }
    rollup_ = time;
    RollupSums sums;
    const RollupPlace place = rollup_place(rows);
    const std::string bytes = rows.text(kRollupSums);
    met[{time.first, time.second}].add(seal_of(place, bytes));
    if (!add_encoded_sums(bytes, place, sums)) add(damaged_rollup(place));
  }
}

Result<void> DatabaseCheck::check_seals(const SealPlace& from, const SealPlace& to,
                                        const Seals& met) {
  const Result<SealState> state = seal_state(database_);
  if (!state) return state.error();
  if (*state != SealState::whole) return {};
  const Result<Seals> told = read_seals(database_, std::max(from, kSealedAdjustments), to);
  if (!told) return told.error();
  const Result<std::int64_t> lack_to = read_counter(database_, Counter::rollups_lack_to);
  if (!lack_to) return lack_to.error();
  for (const SealFault& fault : compare_seals(*told, met, *lack_to)) add(fault.line);
  return {};
}

Result<bool> DatabaseCheck::check_adjustments() {
  Statement rows = database_.prepare(std::string("SELECT ") + kAdjustmentColumns +
                                     " FROM adjustments WHERE sequence > ? ORDER BY sequence LIMIT "
                                     "?");
  rows.bind(1, adjustment_);
  rows.bind(2, kAdjustmentsInAStep);
  for (std::int64_t count = 0;; ++count) {
    const Result<bool> row = rows.step();
    if (!row) return row.error();
    if (!*row) return count < kAdjustmentsInAStep;
    adjustment_ = rows.number(0);
    if (read_adjustment(rows).damaged)
      add("the adjustment " + std::to_string(adjustment_) + " is damaged");
  }
}

Result<void> DatabaseCheck::check_meaning(std::string_view table) {
  if (table == "counters") {
    const auto lines = counter_fault_lines(database_);
    if (!lines) return lines.error();
    for (const std::string& line : *lines) add(line);
  }
  if (table != "rollup_seals") return {};
  const ReadMoment moment(database_);
  const auto faults = SealReader(database_).begin();
  if (!faults) return faults.error();
  for (const SealFault& fault : *faults) add(fault.line);
  return {};
}

Result<bool> DatabaseCheck::check_others() {
  const Result<void> meaning = check_meaning(kSmallTables[table_]);
  if (!meaning) return meaning.error();
  Statement rows =
      database_.prepare("PRAGMA quick_check('" + std::string(kSmallTables[table_]) + "')");
  for (;;) {
    const Result<bool> row = rows.step();
    if (!row) return row.error();
    if (!*row) return table_ + 1 == kSmallTables.size();
    if (rows.text(0) != "ok") add("the database's " + at_hand() + ": " + rows.text(0));
  }
}

/// Told at once; what the check before found stays until this one has ended.
void DatabaseCheck::add(std::string fault) {
  if (faults_.size() + 1 >= CheckReport::kMostLines) {
    ++more_;
    return;
  }
  const bool known =
      std::find(report_.faults.begin(), report_.faults.end(), fault) != report_.faults.end();
  if (!known && report_.faults.size() < CheckReport::kMostLines) report_.faults.push_back(fault);
  faults_.push_back(std::move(fault));
}

void DatabaseCheck::end(UtcTime now) {
  if (more_ > 0) faults_.push_back("further faults of the database: " + std::to_string(more_));
  report_ = {std::exchange(faults_, {}), std::exchange(damaged_, {}), now};
  phase_ = Phase::blocks;
  behind_ = 0;
  object_.clear();
  rollup_ = {};
  adjustment_ = 0;
  table_ = 0;
  more_ = 0;
}

}  // namespace tollgate::ledger
