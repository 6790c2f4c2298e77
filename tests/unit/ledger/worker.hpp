// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "ingester.hpp"
#include "intake.hpp"
#include "record_codec.hpp"
#include "record_store.hpp"
#include "sample_record.hpp"
#include "segment_store.hpp"
#include "worker_journal.hpp"

namespace tollgate::ledger {

/// One worker's journal and the ledger thread's side of it, without the thread: tests say when it
/// runs. When it is destroyed the files stay, as they do when a process is killed.
struct Worker {
  explicit Worker(const std::string& directory) : store(directory, 0) {}

  /// One round of the ledger thread. False: something failed, and nothing was taken note of.
  bool ingest(RecordStore& record_store) {
    Transaction transaction(record_store.database());
    Intake intake(record_store, UtcTime());
    const bool done = transaction.begun() && ingester.stage(record_store, intake, UtcTime()) &&
                      intake.finish() && transaction.commit();
    if (!done) return false;
    intake.committed();
    ingester.committed();
    arrived = intake.arrived();
    return true;
  }

  /// Fills the segment in use, so that what is appended next goes into another: with the intent of
  /// one record many times, made long by a field of a later version, and its close. False: it was
  /// full already, and nothing was written.
  bool fill_segment(std::uint64_t number = kFiller) {
    bool closed = false;
    if (store.snapshot().empty()) (void)journal.open(sample_intent(number));
    Segment& segment = *store.snapshot().back();
    while (segment.room() >= 100'000) {
      std::string payload;
      encode_record(sample_close(number), payload);
      // What fits with the header, and leaves the room for the seal.
      const std::size_t most = segment.room() - 2 * Segment::kEntryHeaderSize - payload.size() - 5;
      const bool last = most < 200'000;
      const std::size_t size = last ? most : 100'000;
      payload.push_back('\xFF');
      for (int i = 0; i < 4; ++i) payload.push_back(static_cast<char>(size >> (8 * i)));
      segment.append(last ? EntryType::close : EntryType::intent, payload.append(size, '\0'));
      closed = closed || last;
    }
    return closed;
  }
  static constexpr std::uint64_t kFiller = 1'000'000;

  SegmentStore store;
  std::atomic<bool> full{false};
  WorkerJournal journal{store, full, nullptr};
  Ingester ingester{store};
  std::uint64_t arrived = 0;  ///< records of the last round
};

/// Without syncs: they would take most of the time, and no test here cuts the power.
inline RecordStore open_store(const std::string& path) {
  RecordStore store = std::move(*RecordStore::open(path, config::Durability::process_crash));
  EXPECT_TRUE(store.database().execute("PRAGMA synchronous = OFF"));
  return store;
}

/// As one transaction. False: something failed.
inline bool arrive(RecordStore& store, const std::vector<usage::UsageRecord>& records) {
  Transaction transaction(store.database());
  Intake intake(store, UtcTime());
  for (const usage::UsageRecord& record : records) {
    std::string payload;
    encode_record(record, payload);
    if (!intake.take(payload)) return false;
  }
  if (!intake.finish() || !transaction.commit()) return false;
  intake.committed();
  return true;
}

/// In the order of their arrival; awaiting ones are not among them.
inline std::vector<usage::UsageRecord> all_records(RecordStore& store) {
  std::vector<usage::UsageRecord> out;
  EXPECT_TRUE(store.read_behind(0, [&](std::int64_t, std::string_view payload) {
    out.push_back(read_payload(payload));
    return true;
  }));
  return out;
}

inline std::vector<usage::UsageRecord> kept_intents(RecordStore& store) {
  std::vector<usage::UsageRecord> out;
  const auto payloads = store.kept_intents();
  for (const std::string& payload : *payloads) out.push_back(read_payload(payload));
  return out;
}

}  // namespace tollgate::ledger
