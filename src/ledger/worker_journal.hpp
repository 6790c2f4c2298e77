// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "group_sync.hpp"
#include "reserved_room.hpp"
#include "segment_store.hpp"
#include "tollgate/ledger/ledger.hpp"

namespace tollgate::ledger {

/// The Journal of one worker: encodes and copies, nothing else. Room for the closes of all open
/// intents is kept free behind every intent, so that a close finds its place also on a full disk.
class WorkerJournal : public Journal {
 public:
  /// `full` is set by the ledger thread while max_size is passed. `sync` is null unless power_loss.
  /// Everything outlives the journal.
  WorkerJournal(SegmentStore& store, const std::atomic<bool>& full, GroupSync* sync);

  Result<void> open(const usage::UsageRecord& intent) override;
  Result<void> amend(const usage::UsageRecord& intent) override;
  Result<void> close(const usage::UsageRecord& record) override;
  boost::asio::awaitable<Result<void>> until_durable(Cancellation& cancellation) override;

 private:
  Result<void> make_room(std::size_t payload);
  Result<void> advance();
  Result<void> append(EntryType type);

  SegmentStore& store_;
  const std::atomic<bool>& full_;
  GroupSync* sync_;
  std::shared_ptr<Segment> segment_;
  std::string scratch_;
  ReservedRoom reserved_;
};

}  // namespace tollgate::ledger
