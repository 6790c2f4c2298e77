// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "segment.hpp"

namespace tollgate::ledger {

/// One worker's segments, from the one it appends to back to the oldest that is not yet in SQLite.
/// Shared by the worker and the ledger thread; the lock is taken when a segment is changed, never
/// to append.
class SegmentStore {
 public:
  using NoteMoved = std::function<bool(const std::vector<std::string>& segments)>;
  /// `note_moved` is called with the names of files before they are deleted, to note outside the
  /// database that it holds what was in them; they stay until it says true. Empty: nothing is
  /// noted.
  SegmentStore(std::string directory, std::uint32_t worker, NoteMoved note_moved = nullptr);

  /// A new segment to append to: the spare, or one made now. Seals the one before, whose owner has
  /// left room for it. Error storage: nothing has changed.
  Result<std::shared_ptr<Segment>> advance();
  /// Makes spares until there are so many: the ledger thread for one, so that the worker need not;
  /// a worker for what its open intents want. Error storage: those that could be made are there.
  Result<void> prepare_spares(std::size_t count);
  std::size_t spares() const { return spare_count_.load(std::memory_order_relaxed); }

  /// Oldest first; the last is the one in use.
  std::deque<std::shared_ptr<Segment>> snapshot() const;
  /// The path of a segment whose file was deleted by others; empty: none was.
  std::string deleted_file() const;
  /// Makes room for as many: drop_oldest() then throws nothing.
  void expect_drops(std::size_t segments);
  /// Forgets the oldest segment, of which everything that can be read is in SQLite: its file is
  /// deleted, or set aside when something in it was damaged, with the next ones if not now.
  void drop_oldest(bool damaged);
  /// At a clean end, with everything in SQLite: deletes all.
  void drop_all();

  std::uint64_t bytes() const { return bytes_.load(std::memory_order_relaxed); }

 private:
  /// A file of which nothing more is to be read.
  struct Done {
    std::shared_ptr<Segment> segment;
    bool damaged = false;
    bool held_entries = true;  ///< not a spare
  };

  Result<std::shared_ptr<Segment>> make();
  /// Of those that held entries.
  std::vector<std::string> done_names() const;
  /// Not under the lock: it may wait for the disk.
  void delete_done() noexcept;

  std::string directory_;
  std::uint32_t worker_;
  NoteMoved note_moved_;
  std::vector<Done> done_;  ///< of the ledger thread
  mutable std::mutex mutex_;
  std::deque<std::shared_ptr<Segment>> segments_;
  std::deque<std::shared_ptr<Segment>>
      spares_;  ///< used in the order they were made: names sort by age
  std::uint64_t next_number_ = 0;
  std::atomic<std::size_t> spare_count_{0};
  std::atomic<std::uint64_t> bytes_{0};
};

}  // namespace tollgate::ledger
