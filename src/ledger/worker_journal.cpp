// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "worker_journal.hpp"

#include <algorithm>
#include <utility>

#include "record_codec.hpp"

namespace tollgate::ledger {

namespace asio = boost::asio;

WorkerJournal::WorkerJournal(SegmentStore& store, const std::atomic<bool>& full, GroupSync* sync)
    : store_(store), full_(full), sync_(sync) {}

Result<void> WorkerJournal::advance() {
  Result<std::shared_ptr<Segment>> next = store_.advance();
  if (!next) return next.error();
  segment_ = std::move(*next);
  return {};
}

Result<void> WorkerJournal::append(EntryType type) {
  constexpr std::size_t kTail =
      Segment::kEntryHeaderSize;  // for the seal that advance() puts there
  if (scratch_.size() > kLargestPayload) {
    return Error{Errc::storage, "a record is larger than the journal takes"};
  }
  if (!segment_ || Segment::entry_size(scratch_.size()) + kTail > segment_->room()) {
    const Result<void> moved = advance();
    if (!moved) return moved;
  }
  segment_->append(type, scratch_);
  return {};
}

/// The closes to come need room here or in spares; without it a new intent must not be taken. Where
/// one segment ends and the next begins up to one entry's room is lost.
Result<void> WorkerJournal::make_room(std::size_t payload) {
  const std::size_t close = ReservedRoom::close_size(payload);
  const std::size_t wanted = reserved_.bytes() + close + Segment::entry_size(payload);
  const std::size_t lost = std::max(close, reserved_.largest()) + Segment::kEntryHeaderSize;
  const std::size_t here = segment_ && segment_->room() > lost ? segment_->room() - lost : 0;
  if (here >= wanted) return {};
  const std::size_t in_a_spare = Segment::kSize - Segment::kHeaderSize - lost;
  const std::size_t spares = (wanted - here + in_a_spare - 1) / in_a_spare;
  if (store_.spares() >= spares) return {};
  return store_.prepare_spares(spares);
}

Result<void> WorkerJournal::open(const usage::UsageRecord& intent) {
  if (full_.load(std::memory_order_relaxed)) {
    return Error{Errc::storage,
                 "the ledger takes no records now: it is full, or its files are gone"};
  }
  scratch_.clear();
  encode_record(intent, scratch_);
  Result<void> done = make_room(scratch_.size());
  if (done) done = append(EntryType::intent);
  if (done) reserved_.keep(intent.record_id, scratch_.size());
  return done;
}

Result<void> WorkerJournal::amend(const usage::UsageRecord& intent) {
  scratch_.clear();
  encode_record(intent, scratch_);
  Result<void> done = make_room(scratch_.size());
  if (done) done = append(EntryType::intent);
  if (done) reserved_.keep(intent.record_id, scratch_.size());
  return done;
}

Result<void> WorkerJournal::close(const usage::UsageRecord& record) {
  scratch_.clear();
  encode_record(record, scratch_);
  const Result<void> done = append(EntryType::close);
  // Also of one that failed: nobody closes it again, and its room would be kept for good.
  reserved_.release(record.record_id);
  return done;
}

asio::awaitable<Result<void>> WorkerJournal::until_durable(Cancellation& cancellation) {
  if (sync_ == nullptr) co_return Result<void>();
  co_return co_await sync_->wait(segment_, cancellation);
}

}  // namespace tollgate::ledger
