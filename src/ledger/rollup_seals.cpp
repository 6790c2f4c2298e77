// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "rollup_seals.hpp"

#include <array>
#include <limits>
#include <optional>

#include "counter_check.hpp"
#include "counter_seals.hpp"
#include "rollup_table.hpp"
#include "schema.hpp"
#include "tollgate/base/crc32c.hpp"

namespace tollgate::ledger {
namespace {

/// The seal of the counters goes with it, unless an earlier version has left it behind.
Result<void> write_seal_of_seals(Database& database, const Seal& before, const Seal& now) {
  auto follow =
      database.kept("UPDATE rollup_seals SET rows = ? WHERE length = ? AND start = ? AND rows = ?");
  follow->bind(1, static_cast<std::int64_t>(now.sum));
  follow->bind(2, kSealOfCounters.length);
  follow->bind(3, kSealOfCounters.start);
  follow->bind(4, static_cast<std::int64_t>(before.sum));
  const Result<void> followed = follow->run();
  return followed ? write_seal(database, kSealOfSeals, now) : followed;
}

/// So that sums of neighbours' check sums do not cancel out (the last step of SplitMix64).
std::uint64_t spread(std::uint64_t bits) {
  bits += 0x9E3779B97F4A7C15U;
  bits = (bits ^ (bits >> 30U)) * 0xBF58476D1CE4E5B9U;
  bits = (bits ^ (bits >> 27U)) * 0x94D049BB133111EBU;
  return bits ^ (bits >> 31U);
}

template <std::size_t kCount>
Seal seal_of_numbers(const std::array<std::int64_t, kCount>& numbers, std::string_view bytes) {
  std::uint64_t bits = crc32c(bytes);
  for (const std::int64_t number : numbers)
    bits = spread(bits ^ static_cast<std::uint64_t>(number));
  return {1, spread(bits)};
}

/// Of the seal of a time, as the seal of seals has it.
Seal seal_of_seal(const SealPlace& place, const Seal& seal) {
  return seal_of_numbers(
      std::array{place.length, place.start, seal.rows, static_cast<std::int64_t>(seal.sum)}, {});
}

Result<std::int64_t> adjustments_given(Database& database) {
  auto row = database.kept("SELECT seq FROM sqlite_sequence WHERE name = 'adjustments'");
  const Result<bool> found = row->step();
  if (!found) return found.error();
  return *found ? row->number(0) : 0;
}

Result<Seals> seal_rows(Database& database) {
  Seals out;
  Statement rows = database.prepare(rollup_rows(""));
  for (;;) {
    const Result<bool> row = rows.step();
    if (!row) return row.error();
    if (!*row) return out;
    const RollupPlace place = rollup_place(rows);
    out[{place.length.count(), place.start}].add(seal_of(place, rows.text(kRollupSums)));
  }
}

Result<Seals> read_all(Statement& rows) {
  Seals out;
  for (;;) {
    const Result<bool> row = rows.step();
    if (!row) return row.error();
    if (!*row) return out;
    out.emplace_hint(out.end(), SealPlace{rows.number(0), rows.number(1)},
                     Seal{rows.number(2), static_cast<std::uint64_t>(rows.number(3))});
  }
}

Result<SealState> look_at_seals(Database& database) {
  const Result<bool> table = has_seals(database);
  if (!table) return table.error();
  const auto rolled = find_counter(database, Counter::rolled_up_to);
  if (!rolled) return rolled.error();
  const auto sealed = find_counter(database, Counter::rollups_sealed_to);
  if (!sealed) return sealed.error();
  // That it is false is told; the seals are what they were.
  const Result<bool> counts = has_its_form(database, Counter::rollups_sealed_to);
  if (!counts) return counts.error();
  const bool later = !*counts || sealed->value_or(0) > rolled->value_or(0);
  if (*rolled != *sealed && !later) return SealState::none;
  const auto missing = *sealed ? SealState::gone : SealState::none;
  if (!*table) return missing;
  const auto all = find_seal(database, kSealOfSeals);
  if (!all) return all.error();
  if (!*all) return missing;
  const auto noted = find_seal(database, kSealedAdjustments);
  if (!noted) return noted.error();
  const Result<std::int64_t> given = adjustments_given(database);
  if (!given) return given.error();
  return *given > noted->value_or(Seal{}).rows ? SealState::none : SealState::whole;
}

}  // namespace

Result<bool> has_seals(Database& database) {
  auto row = database.kept("SELECT 1 FROM sqlite_master WHERE name = 'rollup_seals'");
  return row->step();
}

Result<std::optional<Seal>> find_seal(Database& database, const SealPlace& place) {
  auto row = database.kept("SELECT rows, sum FROM rollup_seals WHERE length = ? AND start = ?");
  row->bind(1, place.length);
  row->bind(2, place.start);
  const Result<bool> found = row->step();
  if (!found) return found.error();
  if (!*found) return std::optional<Seal>();
  return std::optional(Seal{row->number(0), static_cast<std::uint64_t>(row->number(1))});
}

Result<void> write_seal(Database& database, const SealPlace& place, const Seal& seal) {
  auto write = database.kept("INSERT OR REPLACE INTO rollup_seals VALUES (?, ?, ?, ?)");
  write->bind(1, place.length);
  write->bind(2, place.start);
  write->bind(3, seal.rows);
  write->bind(4, static_cast<std::int64_t>(seal.sum));
  return write->run();
}

Result<bool> rows_are_as_sealed(Database& database) {
  const Result<Seals> rows = seal_rows(database);
  if (!rows) return rows.error();
  Result<Seals> told = read_seals(database);
  if (!told) return told.error();
  std::erase_if(*told, [](const auto& seal) { return seal.first.length == 0; });
  return *told == *rows;
}

void Seal::add(const Seal& other, int sign) {
  rows += sign * other.rows;
  sum += sign < 0 ? 0 - other.sum : other.sum;
}

Seal seal_of(const RollupPlace& place, std::string_view sums) {
  return seal_of_numbers(std::array{place.length.count(), place.start, place.group,
                                    static_cast<std::int64_t>(place.kind)},
                         sums);
}

Seal seal_of(std::int64_t id, std::string_view bytes) {
  return seal_of_numbers(std::array{id}, bytes);
}

Result<Seal> seal_of_table(Database& database, const SealPlace& place) {
  Seal out;
  Statement rows =
      database.prepare(place == kSealOfGroups ? "SELECT id, dimensions FROM rollup_groups"
                                              : "SELECT id, component FROM rollup_prices");
  for (;;) {
    const Result<bool> row = rows.step();
    if (!row) return row.error();
    if (!*row) return out;
    out.add(seal_of(rows.number(0), rows.text(1)));
  }
}

Seal seal_of_seals(const Seals& seals) {
  Seal out;
  for (const auto& [place, seal] : seals) {
    if (place.length != 0) out.add(seal_of_seal(place, seal));
  }
  return out;
}

Result<Seals> read_seals(Database& database) {
  Statement rows = database.prepare("SELECT length, start, rows, sum FROM rollup_seals");
  return read_all(rows);
}

Result<Seals> read_seals(Database& database, std::int64_t length, std::int64_t begin,
                         std::int64_t end) {
  Statement rows = database.prepare(
      "SELECT length, start, rows, sum FROM rollup_seals WHERE length = ? AND start >= ? AND "
      "start < ?");
  rows.bind(1, length);
  rows.bind(2, begin);
  rows.bind(3, end);
  return read_all(rows);
}

Result<Seals> read_seals(Database& database, const SealPlace& from, const SealPlace& to) {
  Statement rows = database.prepare(
      "SELECT length, start, rows, sum FROM rollup_seals WHERE (length, start) > (?, ?) AND "
      "(length, start) <= (?, ?)");
  rows.bind(1, from.length);
  rows.bind(2, from.start);
  rows.bind(3, to.length);
  rows.bind(4, to.start);
  return read_all(rows);
}

void SealChanges::add(const RollupPlace& place, std::string_view sums, int sign) {
  changes_[{place.length.count(), place.start}].add(seal_of(place, sums), sign);
}

void SealChanges::add(SealPlace table, std::int64_t id, std::string_view bytes) {
  changes_[table].add(seal_of(id, bytes));
}

Result<void> SealChanges::write(Database& database) {
  if (changes_.empty()) return {};
  auto all = find_seal(database, kSealOfSeals);
  if (!all) return all.error();
  if (!*all) return forget(), Result<void>();
  const Seal before = **all;
  for (const auto& [place, change] : changes_) {
    const auto found = find_seal(database, place);
    if (!found) return found.error();
    Seal seal = found->value_or(Seal{});
    if (*found && place.length != 0) (*all)->add(seal_of_seal(place, seal), -1);
    seal.add(change);
    if (place.length != 0) (*all)->add(seal_of_seal(place, seal));
    const Result<void> written = write_seal(database, place, seal);
    if (!written) return written;
  }
  forget();
  return write_seal_of_seals(database, before, **all);
}

Result<SealState> seal_state(Database& database) {
  // What is read is of one moment, beside a gateway that goes on.
  Result<void> begun = database.execute("SAVEPOINT seals_read");
  if (!begun) return begun.error();
  const Result<SealState> out = look_at_seals(database);
  (void)database.execute("RELEASE seals_read");
  return out;
}

Result<void> seal_anew(Database& database) {
  Result<void> done = database.execute("DELETE FROM rollup_seals");
  if (!done) return done;
  const Result<Seals> seals = seal_rows(database);
  if (!seals) return seals.error();
  for (const auto& [place, seal] : *seals) {
    if (done) done = write_seal(database, place, seal);
  }
  if (done) done = write_seal(database, kSealOfSeals, seal_of_seals(*seals));
  for (const SealPlace& place : {kSealOfGroups, kSealOfPrices}) {
    const Result<Seal> table = seal_of_table(database, place);
    if (!table) return table.error();
    if (done) done = write_seal(database, place, *table);
  }
  if (done) done = note_sealed_adjustments(database);
  const auto rolled = find_counter(database, Counter::rolled_up_to);
  if (!rolled) return rolled.error();
  if (done && *rolled) done = write_counter(database, Counter::rollups_sealed_to, **rolled);
  return done ? seal_counters(database) : done;
}

namespace {

Result<void> seal_unsealed_counters(Database& database) {
  const auto seals = read_counter_seals(database);
  if (!seals) return seals.error();
  return seals->stand ? Result<void>() : seal_counters(database);
}

/// Where it is not known what they hold the seals are evidence; a start makes the sums anew.
Result<void> seal_what_is_sure(Database& database, SealState state) {
  if (state == SealState::gone) return {};
  const auto doubt = doubt_of_roll_ups(database);
  if (!doubt) return doubt.error();
  if (*doubt) return {};
  return state == SealState::none ? seal_anew(database) : seal_unsealed_counters(database);
}

}  // namespace

Result<void> give_seals(Database& database) {
  Result<void> done = database.execute("SAVEPOINT seals");
  if (!done) return done;
  const Result<SealState> state = look_at_seals(database);
  if (!state) done = state.error();
  if (done) done = seal_what_is_sure(database, *state);
  if (done) return database.execute("RELEASE seals");
  (void)database.execute("ROLLBACK TO seals; RELEASE seals");
  return done;
}

Result<void> write_sealed_to(Database& database, std::int64_t last) {
  const auto all = find_seal(database, kSealOfSeals);
  if (!all) return all.error();
  const auto sealed = find_counter(database, Counter::rollups_sealed_to);
  if (!sealed) return sealed.error();
  if (!*all && !*sealed) return {};
  return write_sealed_counter(database, Counter::rollups_sealed_to, last);
}

Result<void> note_sealed_adjustments(Database& database) {
  const auto all = find_seal(database, kSealOfSeals);
  if (!all) return all.error();
  if (!*all) return {};
  const Result<std::int64_t> given = adjustments_given(database);
  if (!given) return given.error();
  return write_seal(database, kSealedAdjustments, {*given, 0});
}

Result<void> delete_seals(Database& database, std::int64_t before) {
  auto all = find_seal(database, kSealOfSeals);
  if (!all) return all.error();
  if (!*all) return {};
  const Seal sealed = **all;
  for (const seconds length : {kQuarterHour, kUtcDay}) {
    const auto seals =
        read_seals(database, length.count(), std::numeric_limits<std::int64_t>::min(), before);
    if (!seals) return seals.error();
    for (const auto& [place, seal] : *seals) (*all)->add(seal_of_seal(place, seal), -1);
  }
  Statement remove = database.prepare("DELETE FROM rollup_seals WHERE length > 0 AND start < ?");
  remove.bind(1, before);
  const Result<void> removed = remove.run();
  return removed ? write_seal_of_seals(database, sealed, **all) : removed;
}

}  // namespace tollgate::ledger
