// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "storage_names.hpp"
#include "tollgate/ledger/rollup.hpp"

// How many rows the roll-ups have of each quarter of an hour and day, and a sum of theirs: a row's
// own check sum cannot tell that the row is gone (docs/ledger-format.md, `rollup_seals`). Errors:
// storage.
namespace tollgate::ledger {

struct RollupPlace;

/// Rows, and a sum of their check sums that does not depend on their order.
struct Seal {
  std::int64_t rows = 0;
  std::uint64_t sum = 0;

  void add(const Seal& other, int sign = 1);
  bool operator==(const Seal&) const = default;
};

/// What is sealed: rows of one length that begin together.
struct SealPlace {
  std::int64_t length = 0;  ///< seconds; 0: not of times, see below
  std::int64_t start = 0;   ///< seconds since 1970

  auto operator<=>(const SealPlace&) const = default;
};
inline constexpr SealPlace kSealOfSeals{0, 0};  ///< its rows are the seals of times
inline constexpr SealPlace kSealOfGroups{0, 1};
inline constexpr SealPlace kSealOfPrices{0, 2};
/// No seal: its `rows` are how many adjustments had been given when one corrected last.
inline constexpr SealPlace kSealedAdjustments{0, 3};
/// Of the counters that say what the roll-ups hold (counter_seals.hpp): its `rows` are the sum of
/// the seal of seals that it goes with. What each counter was is in places below it, which programs
/// before pass over.
inline constexpr SealPlace kSealOfCounters{0, -1};

using Seals = std::map<SealPlace, Seal>;

/// Of one row of `rollups`.
Seal seal_of(const RollupPlace& place, std::string_view sums);
/// Of one row of `rollup_groups` or `rollup_prices`.
Seal seal_of(std::int64_t id, std::string_view bytes);

/// Of the rows that one of kSealOfGroups and kSealOfPrices seals, as they are.
Result<Seal> seal_of_table(Database& database, const SealPlace& place);
/// Whether the database has the table.
Result<bool> has_seals(Database& database);
/// nullopt: there is none; the table is there.
Result<std::optional<Seal>> find_seal(Database& database, const SealPlace& place);
Result<void> write_seal(Database& database, const SealPlace& place, const Seal& seal);
/// Whether no row of any time has been changed since it was sealed; reads all.
Result<bool> rows_are_as_sealed(Database& database);
/// What the seal of seals should be.
Seal seal_of_seals(const Seals& seals);
/// All; the table is there.
Result<Seals> read_seals(Database& database);
/// Those of rows of one length that begin from `begin` on and before `end`.
Result<Seals> read_seals(Database& database, std::int64_t length, std::int64_t begin,
                         std::int64_t end);
/// Those of rows behind `from` and up to `to`.
Result<Seals> read_seals(Database& database, const SealPlace& from, const SealPlace& to);

/// What becomes of the seals with rows that are written or deleted; written in the same
/// transaction. A difference that there was stays.
class SealChanges {
 public:
  void add(const RollupPlace& place, std::string_view sums, int sign = 1);
  void add(SealPlace table, std::int64_t id, std::string_view bytes);
  void forget() { changes_.clear(); }
  /// Nothing where the ledger has no seals, or they are gone.
  Result<void> write(Database& database);

 private:
  Seals changes_;
};

enum class SealState {
  none,   ///< an earlier version has written last: the next opening seals what is there
  whole,  ///< what was written last was sealed
  gone    ///< there were some
};
Result<SealState> seal_state(Database& database);

/// Seals what an earlier version wrote, all of it or none; where none has written since it costs no
/// more than a look. Within a transaction of the caller's or not.
Result<void> give_seals(Database& database);
/// Seals what is there, whatever was said of it; within a transaction of the caller's.
Result<void> seal_anew(Database& database);
/// Says up to where the rows that are sealed hold the records, where the ledger has seals; within
/// the transaction that writes rolled_up_to.
Result<void> write_sealed_to(Database& database, std::int64_t last);
/// Says that the adjustments that were given are corrected in what is sealed; likewise.
Result<void> note_sealed_adjustments(Database& database);
/// Deletes the seals of days and quarters that begin earlier, whose rows go with them; likewise.
Result<void> delete_seals(Database& database, std::int64_t before);

}  // namespace tollgate::ledger
