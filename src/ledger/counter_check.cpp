// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "counter_check.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "adjustment_table.hpp"
#include "counter_seals.hpp"
#include "rollup_table.hpp"

namespace tollgate::ledger {
namespace {

using Of = CounterFault::Of;

struct CounterName {
  Counter counter;
  const char* name;
  Of of = Of::counter;
};
constexpr std::array kCounterNames{
    CounterName{Counter::forgotten_to, "forgotten_to"},
    CounterName{Counter::tables_may_hold_journal_records_since,
                "tables_may_hold_journal_records_since"},
    CounterName{Counter::cursors_lost, "cursors_lost"},
    CounterName{Counter::given_to, "given_to"},
    CounterName{Counter::forgotten_arrived_at, "forgotten_arrived_at"},
    CounterName{Counter::rolled_up_to, "rolled_up_to", Of::rolled_up_to},
    CounterName{Counter::rollups_lack_to, "rollups_lack_to"},
    CounterName{Counter::adjustments_deleted_to, "adjustments_deleted_to"},
    CounterName{Counter::rollups_summed_to, "rollups_summed_to", Of::rollups_summed_to},
    CounterName{Counter::rollups_sealed_to, "rollups_sealed_to", Of::rollups_sealed_to},
};
static_assert(kCounterNames.size() == static_cast<std::size_t>(kLastCounter));

/// Null: a later version's.
const CounterName* find_name(std::int64_t counter) {
  const auto found = std::ranges::find(kCounterNames, Counter{counter}, &CounterName::counter);
  return found == kCounterNames.end() ? nullptr : &*found;
}

Of kind_of(std::int64_t counter) {
  const CounterName* const one = find_name(counter);
  return one == nullptr ? Of::counter : one->of;
}

/// "the counter 6 (rolled_up_to) is 9: no record behind 4 was ever given".
std::string line_of(std::int64_t counter, const std::string& value, const std::string& why) {
  return "the counter " + std::to_string(counter) + " (" + find_name(counter)->name + ") is " +
         value + ": " + why;
}

/// The first column of the first row; nullopt: there is none, or it is null.
Result<std::optional<std::int64_t>> first_number(Database& database, const std::string& select) {
  Statement row = database.prepare(select);
  const Result<bool> found = row.step();
  if (!found) return found.error();
  if (!*found || row.is_null(0)) return std::optional<std::int64_t>();
  return std::optional(row.number(0));
}

Result<bool> has_table_of(Database& database, std::string_view table) {
  Statement row = database.prepare("SELECT 1 FROM sqlite_master WHERE name = ?");
  row.bind(1, table);
  return row.step();
}

std::string not_given(std::int64_t last) {
  return "no record behind " + std::to_string(last) + " was ever given";
}

/// What the counters of sequences can be at most.
struct Ends {
  std::optional<std::int64_t> block;  ///< the last one's last record
  std::optional<std::int64_t> given;
  std::int64_t forgotten = 0;
  std::int64_t reached = 0;  ///< by the exporter that has come farthest
  /// An earlier version wrote no `given_to`: then nobody knows what was.
  std::int64_t known() const { return std::max(block.value_or(0), given.value_or(0)); }
};

Result<Ends> read_order(Database& database) {
  const auto block = first_number(
      database,
      "SELECT first_sequence + records - 1 FROM blocks ORDER BY first_sequence DESC LIMIT 1");
  if (!block) return block.error();
  const auto given = find_counter(database, Counter::given_to);
  if (!given) return given.error();
  const auto forgotten = read_counter(database, Counter::forgotten_to);
  if (!forgotten) return forgotten.error();
  const auto reached = first_number(database, "SELECT MAX(position) FROM cursors");
  if (!reached) return reached.error();
  return Ends{*block, *given, *forgotten, reached->value_or(0)};
}

/// All that is read meanwhile is of one moment, beside a gateway that goes on; within a transaction
/// or without.
class OneMoment {
 public:
  explicit OneMoment(Database& database) : database_(database) {
    (void)database_.execute("SAVEPOINT counters_read");
  }
  ~OneMoment() { (void)database_.execute("RELEASE counters_read"); }
  OneMoment(const OneMoment&) = delete;
  OneMoment& operator=(const OneMoment&) = delete;

 private:
  Database& database_;
};

class CounterCheck {
 public:
  explicit CounterCheck(Database& database) : database_(database) {}

  Result<std::vector<CounterFault>> run() {
    const OneMoment moment(database_);
    Result<void> done = check_forms();
    if (done) done = check_order();
    if (done) done = check_rolled_up();
    if (done) done = check_against_seals();
    if (done) done = check_cursors();
    if (done) done = check_adjustments();
    if (!done) return done.error();
    return std::move(out_);
  }

  Result<std::optional<std::string>> doubt_of_sums() {
    const OneMoment moment(database_);
    Result<void> done = check_form(Counter::rolled_up_to);
    if (done && out_.empty()) done = check_rolled_up();
    if (done) done = check_against_seals();
    if (!done) return done.error();
    const auto found = std::ranges::find_if(out_, is_doubt);
    return found == out_.end() ? std::optional<std::string>() : std::optional(found->line);
  }

 private:
  void add(Of of, std::string line, std::string exporter = {}) {
    out_.push_back({of, 0, std::move(exporter), {}, std::move(line)});
  }
  void accuse(std::int64_t counter, const std::string& value, const std::string& why) {
    out_.push_back({kind_of(counter), counter, "", {}, line_of(counter, value, why)});
  }
  /// Of those that others set right.
  void accuse(Of of, Counter counter, const std::string& value, const std::string& why) {
    const auto number = static_cast<std::int64_t>(counter);
    out_.push_back({of, number, "", {}, line_of(number, value, why)});
  }
  void accuse(Counter counter, const std::string& value, const std::string& why) {
    accuse(static_cast<std::int64_t>(counter), value, why);
  }

  Result<void> check_forms() { return check_rows("SELECT counter, value FROM counters"); }
  Result<void> check_form(Counter counter) {
    return check_rows("SELECT counter, value FROM counters WHERE counter = " +
                      std::to_string(static_cast<std::int64_t>(counter)));
  }
  Result<void> check_rows(const std::string& select) {
    Statement rows = database_.prepare(select);
    for (;;) {
      const Result<bool> row = rows.step();
      if (!row) return row.error();
      if (!*row) return {};
      if (!is_counter(rows)) accuse(rows.number(0), rows.text(1), "that is no number of its kind");
    }
  }

  bool accused(Of of) const {
    return std::any_of(out_.begin(), out_.end(),
                       [of](const CounterFault& one) { return one.of == of; });
  }

  Result<void> check_order() {
    const auto ends = read_order(database_);
    if (!ends) return ends.error();
    if (!ends->given) return check_given();
    if (accused(Of::counter)) return {};
    if (ends->block && *ends->given < *ends->block)
      accuse(Counter::given_to, std::to_string(*ends->given),
             "the record " + std::to_string(*ends->block) + " is there");
    if (ends->forgotten > ends->known())
      accuse(Counter::forgotten_to, std::to_string(ends->forgotten), not_given(ends->known()));
    return {};
  }

  /// Every version that rolls up has written it before.
  Result<void> check_given() {
    const auto rolled = find_counter(database_, Counter::rolled_up_to);
    if (!rolled) return rolled.error();
    if (*rolled)
      accuse(Of::given_to, Counter::given_to, "missing",
             "every version that writes the counter 6 (rolled_up_to) writes it");
    return {};
  }

  /// It is written with `rolled_up_to`; an earlier version writes that alone.
  Result<void> check_sealed_to(std::int64_t rolled) {
    const auto sealed = find_counter(database_, Counter::rollups_sealed_to);
    if (!sealed) return sealed.error();
    if (sealed->value_or(0) > rolled && !accused(Of::rolled_up_to))
      accuse(Counter::rollups_sealed_to, std::to_string(**sealed),
             "the counter 6 (rolled_up_to) is " + std::to_string(rolled));
    return {};
  }

  /// What rows lack a check sum matters to no sum.
  static bool is_doubt(const CounterFault& fault) {
    const bool sealed =
        fault.of == Of::sealed_counter && Counter{fault.counter} != Counter::rollups_summed_to;
    return fault.of == Of::rolled_up_to || sealed;
  }

  /// Several that are false together, which nothing else tells.
  Result<void> check_against_seals() {
    const auto seals = read_counter_seals(database_);
    if (!seals) return seals.error();
    for (const CounterChange& change : seals->changes) {
      const auto number = static_cast<std::int64_t>(change.counter);
      const bool told = std::ranges::find(out_, number, &CounterFault::counter) != out_.end();
      if (told) continue;
      const auto now = find_counter(database_, change.counter);
      if (!now) return now.error();
      const std::string value = *now ? std::to_string(**now) : "missing";
      const std::string why =
          (change.written ? std::to_string(*change.written) : "nothing") + " was written";
      out_.push_back({Of::sealed_counter, number, "", change.written, line_of(number, value, why)});
    }
    return {};
  }

  Result<void> check_rolled_up() {
    const auto ends = read_order(database_);
    if (!ends) return ends.error();
    const Result<bool> sums = has_sums();
    if (!sums) return sums.error();
    const auto cursor = find_counter(database_, Counter::rolled_up_to);
    if (!cursor) return cursor.error();
    if (accused(Of::rolled_up_to)) return {};
    const std::int64_t last = std::max({ends->known(), ends->forgotten, ends->reached});
    const std::string value = *cursor ? std::to_string(**cursor) : "missing";
    const auto summed = find_counter(database_, Counter::rollups_summed_to);
    if (!summed) return summed.error();
    if (summed->value_or(0) > last && cursor->value_or(0) <= last) {
      accuse(Of::rollups_summed_to, Counter::rollups_summed_to, std::to_string(**summed),
             not_given(last));
    } else if (*cursor && **cursor > 0 && **cursor < summed->value_or(0)) {
      accuse(Counter::rolled_up_to, value,
             "the sums held the records up to " + std::to_string(**summed) +
                 ", as the counter 9 (rollups_summed_to) says: one of the two is false");
    }
    if (cursor->value_or(0) == 0 && *sums)
      accuse(Counter::rolled_up_to, value, "there are sums of records");
    if (cursor->value_or(0) > last) accuse(Counter::rolled_up_to, value, not_given(last));
    return check_sealed_to(cursor->value_or(0));
  }

  /// Corrections may be there before records are rolled up.
  Result<bool> has_sums() {
    const Result<bool> table = has_table_of(database_, "rollups");
    if (!table || !*table) return table;
    Statement row = database_.prepare("SELECT 1 FROM rollups WHERE kind = ? LIMIT 1");
    row.bind(1, static_cast<std::int64_t>(RollupKind::records));
    return row.step();
  }

  Result<void> check_cursors() {
    const auto ends = read_order(database_);
    if (!ends) return ends.error();
    // Where the counter itself is false a cursor is held against what stays of the order.
    const bool bounded = ends->given && !accused(Of::counter);
    return check_positions("cursors", Of::cursor,
                           bounded ? std::optional(ends->known()) : std::nullopt);
  }

  Result<void> check_positions(const std::string& table, Of of, std::optional<std::int64_t> last) {
    Statement rows =
        database_.prepare("SELECT exporter, position, typeof(position), position FROM " + table);
    for (;;) {
      const Result<bool> row = rows.step();
      if (!row) return row.error();
      if (!*row) return {};
      const bool number = rows.text(2) == "integer" && rows.number(1) >= 0;
      if (number && (!last || rows.number(1) <= *last)) continue;
      const std::string what = of == Of::cursor ? "records" : "adjustments";
      add(of,
          "the exporter '" + rows.text(0) + "' has got " + what + " up to " + rows.text(3) +
              (number ? ": none behind " + std::to_string(*last) + " was ever given"
                      : ": that is no place in their order"),
          rows.text(0));
    }
  }

  Result<void> check_adjustments() {
    const Result<bool> any = has_adjustments(database_);
    if (!any || !*any) return any ? Result<void>() : any.error();
    const auto last = first_number(database_, "SELECT MAX(sequence) FROM adjustments");
    if (!last) return last.error();
    const auto given =
        first_number(database_, "SELECT seq FROM sqlite_sequence WHERE name = 'adjustments'");
    if (!given) return given.error();
    const std::int64_t lowest = last->value_or(0);
    if (given->value_or(lowest) < lowest || (*last && !*given))
      add(Of::adjustment_order, "of adjustments " + std::to_string(given->value_or(0)) +
                                    " were given: the adjustment " + std::to_string(lowest) +
                                    " is there");
    const Result<bool> cursors = has_table_of(database_, "adjustment_cursors");
    if (!cursors || !*cursors) return cursors ? Result<void>() : cursors.error();
    return check_positions("adjustment_cursors", Of::adjustment_cursor,
                           std::max(lowest, given->value_or(0)));
  }

  Database& database_;
  std::vector<CounterFault> out_;
};

}  // namespace

bool is_counter(const Statement& row) {
  if (find_name(row.number(0)) == nullptr) return true;
  // Text of a number is stored as that number; what is not is no number.
  return row.text(1) == std::to_string(row.number(1)) && row.number(1) >= 0;
}

Result<bool> has_its_form(Database& database, Counter counter) {
  Statement row = database.prepare("SELECT counter, value FROM counters WHERE counter = ?");
  row.bind(1, static_cast<std::int64_t>(counter));
  const Result<bool> found = row.step();
  if (!found || !*found) return found ? Result<bool>(true) : found;
  return is_counter(row);
}

Result<std::vector<CounterFault>> find_counter_faults(Database& database) {
  return CounterCheck(database).run();
}

Result<std::vector<std::string>> counter_fault_lines(Database& database) {
  const auto faults = find_counter_faults(database);
  if (!faults) return faults.error();
  std::vector<std::string> out;
  for (const CounterFault& fault : *faults) out.push_back(fault.line);
  return out;
}

Result<std::optional<std::string>> doubt_of_roll_ups(Database& database) {
  return CounterCheck(database).doubt_of_sums();
}

Result<std::int64_t> last_proven(Database& database) {
  const auto ends = read_order(database);
  if (!ends) return ends.error();
  return std::max(ends->known(), ends->forgotten);
}

}  // namespace tollgate::ledger
