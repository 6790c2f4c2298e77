// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "rollup_seals.hpp"
#include "storage_names.hpp"
#include "tollgate/ledger/rollup.hpp"

namespace tollgate::ledger {

/// Whose sums a row holds: those of records as they came, or what was corrected since (a cost that
/// became known or was priced anew), which may be below 0.
enum class RollupKind : std::int64_t { records = 0, corrections = 1 };

/// Which row sums belong to.
struct RollupPlace {
  seconds length{};        ///< kQuarterHour or kUtcDay
  std::int64_t start = 0;  ///< seconds since 1970
  std::int64_t group = 0;
  RollupKind kind = RollupKind::records;
};

/// A query of rows of `rollups`, their places and behind them their sums, with what follows the
/// table's name.
std::string rollup_rows(const char* which);
/// Which row of such a query it is; its sums are in the column kRollupSums.
RollupPlace rollup_place(const Statement& row);
inline constexpr int kRollupSums = 4;
/// "the roll-up of 2026-11-29T12:15:00Z (quarter of an hour, group 3) is damaged".
std::string damaged_rollup(const RollupPlace& place);

/// Gives rows that an earlier version wrote their check sums, all of them or none; where no such
/// version has rolled up since it costs no more than a look. What cannot be read stays as it is.
/// Within a transaction of the caller's or not. Error storage.
Result<void> give_check_sums(Database& database);

/// The tables of roll-ups; each call within a transaction of the caller's. Errors: storage.
class RollupTable {
 public:
  /// More groups than this are not told apart by words of backends: what they then have in common
  /// is bounded by the configurations that there were.
  static constexpr std::int64_t kMostGroups = 100'000;

  /// The database outlives the table.
  explicit RollupTable(Database& database, std::int64_t most_groups = kMostGroups)
      : database_(database), most_groups_(most_groups) {}

  /// Whether they have been met since the last forget_names().
  bool knows(const std::string& dimensions) const { return groups_.contains(dimensions); }
  /// The group's number; makes one where there is none.
  Result<std::int64_t> group(const std::string& dimensions);
  /// The number of a component's class and price, as EncodedComponents::price has them.
  Result<std::int64_t> price(const std::string& component);
  Result<void> add(const RollupPlace& place, const RollupSums& sums);
  /// Those of that kind and length that begin from `begin` on and before `end`.
  Result<void> remove(RollupKind kind, seconds length, std::int64_t begin, std::int64_t end);
  /// Of all that was added and removed; before the transaction ends.
  Result<void> write_seals() { return seals_.write(database_); }

  /// After a transaction that failed: numbers that it gave are none.
  void forget_names();

 private:
  using Names = std::unordered_map<std::string, std::int64_t>;
  /// A table that gives bytes a number, and the column that holds them.
  struct Dictionary {
    const char* table;
    const char* column;
    SealPlace seal;
  };
  static constexpr Dictionary kGroups{"rollup_groups", "dimensions", kSealOfGroups};
  static constexpr Dictionary kPrices{"rollup_prices", "component", kSealOfPrices};

  /// 0: it has none.
  Result<std::int64_t> find(const Dictionary& dictionary, const std::string& bytes);
  Result<std::int64_t> find_or_make(const Dictionary& dictionary, const std::string& bytes);
  Result<std::int64_t> find_group(const std::string& dimensions);
  Result<bool> is_full();

  Database& database_;
  std::int64_t most_groups_;
  Names groups_;
  Names prices_;
  SealChanges seals_;
};

/// Deletes what is older, some days at a time; `before` is rounded down to a day. True: there may
/// be more. Error storage.
Result<bool> delete_old_rollups(Database& database, UtcTime before);

}  // namespace tollgate::ledger
