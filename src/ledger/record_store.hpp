// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "block.hpp"
#include "storage_names.hpp"
#include "tollgate/ledger/ledger.hpp"

namespace tollgate::ledger {

/// A record as the store hands it out: of a payload that cannot be read what a glance tells, with
/// the reason `record_damaged`.
usage::UsageRecord read_payload(std::string_view payload);
/// The latter alone.
usage::UsageRecord read_damaged(std::string_view payload);

struct BlockRun;

/// The SQLite side of the ledger: blocks of records in the order in which they arrived, records
/// that await their usage, and intents that outlive their segment. Used by one thread at a time.
/// What changes something is called within a transaction of the caller's.
class RecordStore {
 public:
  /// Creates the tables or brings them up. Error storage, also when a newer version wrote the file.
  static Result<RecordStore> open(const std::string& path, config::Durability durability);

  Database& database() { return *database_; }

  /// From now on commits leave what they write in SQLite's write-ahead log, which costs a start no
  /// second writing and no sync. Error storage.
  Result<void> let_write_ahead_log_grow();
  /// Commits move it again, every thousand pages. Error storage.
  Result<void> keep_write_ahead_log_small();
  /// Moves a write-ahead log that has grown, over a connection of its own: whoever writes meanwhile
  /// does not wait. The pages that are left, for what is read or written meanwhile stays; nullopt:
  /// somebody else is about it. Any thread. Error storage.
  static Result<std::optional<std::int64_t>> move_write_ahead_log(const std::string& path);
  /// Brings what was committed to the disk, whatever the durability. Error storage.
  Result<void> sync_write_ahead_log();

  /// The sequence of the record that arrived last; 0: none ever did.
  std::int64_t last_sequence() const { return last_sequence_; }
  /// Of the oldest record that is kept; last_sequence() + 1 when none is.
  Result<std::int64_t> first_sequence();

  /// `first` is the sequence of the block's first record. Takes effect for last_sequence() with
  /// set_last_sequence().
  Result<void> append(const BlockBuilder& block, std::int64_t first, UtcTime now);
  /// That this sequence and those before it are never to be given again, whatever becomes of
  /// their records.
  Result<void> note_given(std::int64_t sequence);
  /// After the commit.
  void set_last_sequence(std::int64_t sequence) { last_sequence_ = sequence; }
  /// Looks last_sequence() up: needed only where another process may have written. Error storage.
  Result<void> find_last_sequence();

  using Visit = std::function<bool(std::int64_t sequence, std::string_view payload)>;
  using VisitDamaged = std::function<void(std::int64_t sequence)>;
  /// The records behind that sequence in their order, until `visit` says false. Damaged ones are
  /// passed over, and `damaged_one` is told of each; returns their number. Error storage.
  Result<std::uint64_t> read_behind(
      std::int64_t sequence, const Visit& visit,
      const VisitDamaged& damaged_one = [](std::int64_t) {});
  /// When the first record behind that sequence began, or one that arrived with it.
  Result<std::optional<UtcTime>> oldest_behind(std::int64_t sequence);
  /// A record by its id; `about`: when it began, to within a minute. Without, the id's own time is
  /// taken when it is a UUIDv7 (RFC 9562 5.7), else every record is looked at.
  Result<std::optional<StoredRecord>> find(const Uuid& id, std::optional<UtcTime> about);
  /// Calls `visit` with the id of every record up to that sequence which can be read and may have
  /// begun within a minute of one of these times; with some more than once. Error storage.
  Result<void> visit_ids_about(std::vector<UtcTime> times, std::int64_t up_to,
                               const std::function<void(const Uuid& id)>& visit);
  /// Of the records that the last find() looked at: those that are damaged, one of which it may be.
  std::size_t damaged_met() const { return damaged_met_; }

  Result<void> let_await(const Uuid& id, std::string_view payload);
  Result<std::vector<StoredRecord>> awaiting(std::size_t limit, std::int64_t after = 0);
  Result<std::uint64_t> count_awaiting();
  /// False: it awaits no more.
  Result<bool> drop_awaiting(std::int64_t id);
  Result<bool> awaits(const Uuid& id);

  Result<void> keep_intent(const Uuid& id, std::string_view payload);
  Result<void> drop_intent(const Uuid& id);
  /// Their payloads, by id.
  Result<std::vector<std::string>> kept_intents();

  /// How far a segment's entries have been taken over, as an offset; 0: not at all.
  Result<std::uint64_t> ingested_to(const std::string& segment);
  Result<void> note_ingested(const std::string& segment, std::uint64_t offset, UtcTime now);
  /// Of every segment that it is done with.
  Result<void> finish_segments();
  /// The loss of this segment has been told: not at the next start again.
  Result<void> note_told(const std::string& segment);
  /// Of segments whose files are gone: those that were done with before `done_before`, for a reader
  /// beside the gateway may have read such a file just before, and tells by its offset what it has
  /// twice; and those from which something was lost, last changed before `lost_before`.
  Result<void> forget_segments(UtcTime done_before, UtcTime lost_before,
                               const std::function<bool(const std::string& segment)>& is_gone);

  struct Block {
    std::int64_t first = 0;
    std::int64_t last = 0;
    UtcTime arrived_at;
  };
  /// nullopt: there is none.
  Result<std::optional<Block>> oldest_block();
  Result<void> delete_block(const Block& block);
  /// Puts small blocks, from that sequence on, together into one of some size; a quiet gateway
  /// makes a block of nearly every record. Returns the sequence to go on from; the same one when
  /// too little has come.
  Result<std::int64_t> merge_small(std::int64_t from);

 private:
  explicit RecordStore(std::unique_ptr<Database> database);

  Result<void> replace_run(std::int64_t first, std::int64_t behind, const BlockRun& run);
  Result<void> visit_ids_within(std::int64_t from, std::int64_t to, std::int64_t up_to,
                                const std::function<void(const Uuid& id)>& visit);
  Result<std::optional<StoredRecord>> find_within(const Uuid& id, std::int64_t from,
                                                  std::int64_t to);

  std::unique_ptr<Database> database_;
  Statement append_;
  Statement note_ingested_;
  Statement counter_writer_;
  std::int64_t last_sequence_ = 0;
  std::size_t damaged_met_ = 0;
};

}  // namespace tollgate::ledger
