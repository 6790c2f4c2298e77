// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "storage_names.hpp"
#include "tollgate/base/time.hpp"

namespace tollgate::ledger {

/// Moves what a start left in SQLite's write-ahead log into the file, in a thread of its own: the
/// first requests, and what feeds the table, wait for none of it. Tries until it is done.
class WriteAheadLogMover {
 public:
  /// Moves what is there; the pages that are left, nullopt: somebody else is about it. Error
  /// storage. As RecordStore::move_write_ahead_log().
  using Pass = std::function<Result<std::optional<std::int64_t>>()>;
  struct State {
    bool moved = false;   ///< what is left is little enough for commits to move
    std::string problem;  ///< of the last pass; empty: it went well
  };

  explicit WriteAheadLogMover(Pass pass, milliseconds pause = milliseconds(1'000));
  WriteAheadLogMover(const WriteAheadLogMover&) = delete;
  WriteAheadLogMover& operator=(const WriteAheadLogMover&) = delete;
  /// Waits for the pass at hand: who closes the database would have to do the same work.
  ~WriteAheadLogMover();

  /// Any thread.
  State state() const;

 private:
  void run();
  /// True: it is done.
  bool go_on() noexcept;

  Pass pass_;
  milliseconds pause_;        ///< between two passes
  mutable std::mutex mutex_;  ///< of the rest
  std::condition_variable wake_;
  bool stopping_ = false;
  State state_;
  std::thread thread_;
};

}  // namespace tollgate::ledger
