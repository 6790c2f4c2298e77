// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "intake.hpp"
#include "segment_store.hpp"

namespace tollgate::ledger {

/// Moves one worker's committed entries into the store. Used by the ledger thread, in rounds:
///
///     stage() ─┬─> the transaction is committed ──> committed()
///              │       what was read counts as read, done segments go
///              └─> the transaction failed ────────> stage() again
///                      begins where the last committed round ended
///
/// How far a segment has been read is written with the records, in one transaction: after a crash
/// nothing is taken twice, and so no record needs to be looked for by its id.
class Ingester {
 public:
  explicit Ingester(SegmentStore& store) : store_(store) {}

  /// Reads what is new; call within a transaction. Error storage.
  Result<void> stage(RecordStore& store, Intake& intake, UtcTime now);
  /// Whether anything was committed behind what has been read; cheap.
  bool has_news() const;
  /// At a clean end, after a last round: intents that are still open go into the store, then all
  /// files go, one with damage to its place.
  void finish(RecordStore& store, UtcTime now);
  /// The transaction was committed: takes note. Segments that are done with are deleted, and
  /// those in which damage was met are set aside.
  void committed();

  /// When the first of the operations began that are open; nullopt: none is.
  std::optional<UtcTime> first_open() const;

  std::uint64_t damaged() const { return damaged_; }  ///< since start

 private:
  /// An intent without its close so far: `kept` once it has outlived its segment and stands in the
  /// store, `amended` when it stands there in an earlier form.
  struct OpenIntent {
    std::string payload;  ///< a copy: its sum was checked, and the file may be damaged later
    bool kept = false;
    bool amended = false;
  };
  /// The last bytes of a UUIDv7 are random.
  struct Hash {
    std::size_t operator()(const Uuid& id) const noexcept;
  };
  /// What a round has done so far, and how to undo it in memory.
  struct Round {
    bool pending = false;
    std::size_t offset = 0;   ///< in the newest segment read
    bool met_damage = false;  ///< in the newest segment read, whichever round read it
    /// Segments sealed and read to their end, from the oldest on: whether damage was met in each.
    std::vector<bool> finished;
    std::uint64_t damaged = 0;
    std::vector<std::pair<Uuid, std::optional<OpenIntent>>>
        undo;                ///< as they were before, newest last
    std::vector<Uuid> kept;  ///< these stand in the store now
  };

  void begin_round();
  /// Reads one segment from an offset; true when its seal was met.
  Result<bool> read(const Segment& segment, RecordStore& store, Intake& intake);
  Result<void> take(EntryType type, std::string_view payload, RecordStore& store, Intake& intake);
  void take_intent(std::string_view payload);
  Result<void> take_close(std::string_view payload, RecordStore& store, Intake& intake);
  Result<void> keep_open_intents(RecordStore& store);
  Result<void> finish_segments(RecordStore& store, UtcTime now);
  void note_damage();

  SegmentStore& store_;
  std::unordered_map<Uuid, OpenIntent, Hash> open_;
  std::size_t offset_ = 0;   ///< of the last committed round
  bool met_damage_ = false;  ///< likewise, in the segment that is in use
  Round round_;
  std::uint64_t damaged_ = 0;
};

}  // namespace tollgate::ledger
