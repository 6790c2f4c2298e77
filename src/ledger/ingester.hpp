// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record_table.hpp"
#include "segment_store.hpp"

namespace tollgate::ledger {

/// Moves one worker's committed entries into the table. Used by the ledger thread. What it knows changes only
/// once the table has committed: a failed round is simply done again.
class Ingester {
 public:
  explicit Ingester(SegmentStore& store) : store_(store) {
    closes_.reserve(RecordTable::kRowsAtOnce);
  }

  /// Reads what is new and puts it into the table; call within a transaction. Error storage.
  Result<void> stage(RecordTable& table);
  /// Whether anything was committed behind what has been read; cheap.
  bool has_news() const;
  /// At a clean end, after a last round: intents that are still open go into the table, then all files go.
  void finish(RecordTable& table);
  /// The transaction was committed: takes note, and deletes segments that are done with.
  void committed();

  /// New records of the last committed round.
  struct Inserted {
    std::uint64_t queued = 0;
    std::uint64_t awaiting = 0;
  };
  const Inserted& inserted() const { return inserted_; }
  std::uint64_t damaged() const { return damaged_; }  ///< since start

 private:
  struct OpenIntent {
    std::string payload;   ///< a copy: its sum was checked, and the file may be damaged later
    bool kept = false;     ///< it outlived its segment and stands in the table
    bool amended = false;  ///< ... in an earlier form
  };
  /// A final record on its way into the table.
  struct Close {
    explicit Close(std::string_view bytes);
    std::optional<usage::UsageRecord> record;  ///< nullopt: damaged
    std::string_view payload;                  ///< in a segment that is being read
  };
  struct Round {
    std::map<Uuid, OpenIntent> open;
    std::size_t offset = 0;    ///< in the newest segment read
    std::size_t finished = 0;  ///< sealed and read to their end, from the oldest on
    Inserted inserted;
    std::uint64_t damaged = 0;
  };

  /// Reads one segment from an offset; true when its seal was met.
  Result<bool> read(const Segment& segment, RecordTable& table, Round& round);
  Result<void> take(EntryType type, std::string_view payload, RecordTable& table, Round& round);
  void take_intent(std::string_view payload, Round& round);
  Result<void> take_close(std::string_view payload, RecordTable& table, Round& round);
  Result<void> insert_closes(RecordTable& table, Round& round);
  Result<void> keep_open_intents(RecordTable& table, Round& round);

  SegmentStore& store_;
  Round state_;
  Round staged_;
  std::vector<Close> closes_;  ///< gathered for one statement
  Inserted inserted_;
  std::uint64_t damaged_ = 0;
};

}  // namespace tollgate::ledger
