// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "group_sync.hpp"
#include "segment_store.hpp"
#include "tollgate/ledger/ledger.hpp"

namespace tollgate::ledger {

/// The Journal of one worker: encodes and copies, nothing else. Room for the closes of all open intents, each
/// counted at the newest intent's size and 8 KiB more, is kept free behind every intent: a close finds its place
/// also on a full disk.
class WorkerJournal : public Journal {
 public:
  /// `full` is set by the ledger thread while max_size is passed. `sync` is null unless power_loss.
  /// Everything outlives the journal.
  WorkerJournal(SegmentStore& store, const std::atomic<bool>& full, GroupSync* sync);

  Result<void> open(const usage::UsageRecord& intent) override;
  Result<void> amend(const usage::UsageRecord& intent) override;
  Result<void> close(const usage::UsageRecord& record) override;
  boost::asio::awaitable<Result<void>> until_durable() override;

 private:
  /// What a close may need beyond its intent: usage, ids, attempts.
  static constexpr std::size_t kCloseExtra = 8 * 1024;

  Result<void> make_room(std::size_t payload);
  Result<void> advance();
  Result<void> append(EntryType type);

  SegmentStore& store_;
  const std::atomic<bool>& full_;
  GroupSync* sync_;
  std::shared_ptr<Segment> segment_;
  std::string scratch_;
  std::size_t open_intents_ = 0;
};

}  // namespace tollgate::ledger
