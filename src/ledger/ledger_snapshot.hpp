// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "journal_files.hpp"
#include "sequence_gaps.hpp"
#include "storage_names.hpp"
#include "tollgate/ledger/ledger.hpp"

namespace tollgate::ledger {

/// A ledger at one moment, beside a running gateway that goes on writing: the database as it was
/// when the snapshot was taken, and of the journals, read before, what was not in it then. One at a
/// time on a database.
class LedgerSnapshot {
 public:
  struct Entry {
    std::int64_t sequence = 0;  ///< 0: it has no place in the order yet
    std::string_view payload;   ///< lives until the call returns
  };
  using Visit = std::function<void(const Entry&)>;
  /// A place in a block whose record cannot be read; when it began can be told of its block only.
  struct Damaged {
    std::int64_t sequence = 0;
    UtcTime not_before;
  };

  /// Both outlive the snapshot.
  LedgerSnapshot(Database& database, const std::vector<JournalRecord>& journals)
      : database_(database), journals_(journals) {}
  ~LedgerSnapshot() { (void)database_.execute("ROLLBACK"); }
  LedgerSnapshot(const LedgerSnapshot&) = delete;
  LedgerSnapshot& operator=(const LedgerSnapshot&) = delete;

  /// Before anything else. Error storage.
  Result<void> take();
  /// Every record, in no order; those that began before `since` may be among them.
  Result<void> for_each(std::optional<UtcTime> since, const Visit& visit);
  /// The records behind that place in the order, and those that have none yet.
  Result<void> for_each_behind(std::int64_t sequence, std::optional<UtcTime> since,
                               const Visit& visit);
  /// The same by event time and then by id. Holds what began within the longest operation's
  /// duration in memory.
  Result<void> for_each_by_time(std::optional<UtcTime> since, const Visit& visit);

  /// What the visits met so far.
  const std::vector<Damaged>& damaged() const { return damaged_; }
  /// Error storage.
  Result<std::vector<SequenceGap>> gaps() { return read_gaps(database_); }

  RecordState state_of(std::int64_t sequence, bool awaits) const;
  /// Why a service refused it; empty when none did.
  const std::string& reason_of(std::int64_t sequence) const;

 private:
  struct Refusal {
    bool quarantined = false;  ///< else an operator wants it sent again
    std::string reason;
  };

  Result<void> read_positions();
  Result<void> read_refusals();
  Result<void> read_segments();
  void tell_journals(const Visit& visit);
  bool is_told(std::string_view payload) const;
  /// What is in no block: journals, awaiting records, and refused ones whose block has gone.
  Result<void> for_each_outside(const Visit& visit);
  Result<void> tell_rows(Statement& rows, const Visit& visit);
  Result<void> for_each_in_blocks(std::optional<UtcTime> since, const Visit& visit,
                                  const std::function<void()>& block_done, std::int64_t behind = 0);

  Database& database_;
  const std::vector<JournalRecord>& journals_;
  std::map<std::string, std::uint64_t> ingested_to_;
  std::map<std::int64_t, Refusal> refusals_;
  bool tables_may_hold_journal_records_ = false;  ///< of segments that have no row
  std::set<Uuid> told_;                           ///< of such segments: not to be told of twice
  std::optional<std::int64_t> delivered_to_;      ///< nullopt: no exporter is served
  std::int64_t first_kept_ = 0;
  std::vector<Damaged> damaged_;
};

}  // namespace tollgate::ledger
