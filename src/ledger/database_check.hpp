// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rollup_seals.hpp"
#include "storage_names.hpp"
#include "tollgate/base/time.hpp"

namespace tollgate::ledger {

/// Tables that stay small, each checked in one step: all but `blocks`, `objects` and `rollups`.
inline constexpr std::array kSmallTables{"segments",
                                         "awaiting",
                                         "cursors",
                                         "exceptions",
                                         "counters",
                                         "intents",
                                         "told_losses",
                                         "losses",
                                         "troubles",
                                         "rollup_groups",
                                         "rollup_prices",
                                         "rollup_seals",
                                         "closed_hours",
                                         "refusals",
                                         "refusal_cursors",
                                         "quota_actions",
                                         "adjustment_cursors",
                                         "adjustment_exceptions",
                                         "adjustments",
                                         "object_conversations"};

/// What a check has found so far, or the one before while it goes on.
struct CheckReport {
  static constexpr std::size_t kMostLines = 20;

  /// A line for each fault; beyond kMostLines the last says how many more there are.
  std::vector<std::string> faults;
  std::vector<std::int64_t> damaged;  ///< the sequences of records, at most kMostLines
  std::optional<UtcTime> ended_at;    ///< of the last check that came to its end
};

/// Looks through a ledger's database beside the gateway that writes it, in steps that read some
/// megabytes at most: so no long reading keeps SQLite from emptying its log. Finds records and
/// adjustments that fail their check sum, blocks that are missing between others, and what SQLite
/// cannot read.
class DatabaseCheck {
 public:
  /// A connection of its own. `found`: what a start has seen, until a check has come to its end.
  explicit DatabaseCheck(Database database, std::vector<std::string> found = {});
  DatabaseCheck(const DatabaseCheck&) = delete;
  virtual ~DatabaseCheck() = default;

  /// Goes on; begins anew after an end. True: this check has come to its end, at `now`. May throw
  /// where memory runs out; then the same step is done again.
  virtual bool step(UtcTime now);
  const CheckReport& report() const { return report_; }

 private:
  enum class Phase : std::uint8_t { blocks, times, objects, rollups, adjustments, others };

  /// Each is one step. True: the phase is done. Error: something cannot be read.
  Result<bool> check_blocks();
  Result<bool> check_times();
  Result<bool> check_objects();
  Result<bool> check_rollups();
  /// Of the times behind the one and up to the other, of which `met` are there.
  Result<void> check_seals(const SealPlace& from, const SealPlace& to, const Seals& met);
  Result<bool> check_adjustments();
  Result<bool> check_others();
  /// Lines of what is no row that SQLite checks.
  Result<void> check_meaning(std::string_view table);
  Result<bool> check_phase();
  /// What is looked through, for the faults' lines.
  std::string at_hand() const;
  /// Before a block that begins at `first`.
  Result<void> check_gap(std::int64_t first);
  void check_block(const Statement& row);
  void add(std::string fault);
  void end(UtcTime now);

  Database database_;
  Phase phase_ = Phase::blocks;
  std::int64_t behind_ = 0;  ///< the last sequence that was looked at; 0: none yet
  std::string object_;       ///< likewise, an object's id
  std::pair<std::int64_t, std::int64_t> rollup_;  ///< likewise, a roll-up's length and start
  std::int64_t adjustment_ = 0;                   ///< likewise, its sequence
  std::size_t table_ = 0;                         ///< of the others
  std::vector<std::string> faults_;
  std::vector<std::int64_t> damaged_;
  std::size_t more_ = 0;  ///< faults that were too many to keep
  CheckReport report_;
};

}  // namespace tollgate::ledger
