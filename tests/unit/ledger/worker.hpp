// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <vector>

#include "ingester.hpp"
#include "record_codec.hpp"
#include "record_table.hpp"
#include "sample_record.hpp"
#include "segment_store.hpp"
#include "worker_journal.hpp"

namespace tollgate::ledger {

/// One worker's journal and the ledger thread's side of it, without the thread: tests say when it
/// runs. When it is destroyed the files stay, as they do when a process is killed.
struct Worker {
  explicit Worker(const std::string& directory) : store(directory, 0) {}

  /// One round of the ledger thread. False: something failed, and nothing was taken note of.
  bool ingest(RecordTable& table) {
    Transaction transaction(table.database());
    if (!transaction.begun() || !ingester.stage(table) || !transaction.commit()) return false;
    ingester.committed();
    return true;
  }

  /// Fills the segment in use, so that what is appended next goes into another: with the close of
  /// one record many times, which the table takes once, made long by a field of a later version.
  void fill_segment() {
    if (store.snapshot().empty()) (void)journal.close(sample_close(kFiller));
    Segment& segment = *store.snapshot().back();
    while (segment.room() > Segment::kEntryHeaderSize) {
      std::string payload;
      encode_record(sample_close(kFiller), payload);
      // What fits with the header, and leaves the room for the seal.
      const std::size_t most = segment.room() - 2 * Segment::kEntryHeaderSize - payload.size() - 5;
      const std::size_t size = most < 200'000 ? most : 100'000;
      payload.push_back('\xFF');
      for (int i = 0; i < 4; ++i) payload.push_back(static_cast<char>(size >> (8 * i)));
      segment.append(EntryType::close, payload.append(size, '\0'));
    }
  }
  static constexpr std::uint64_t kFiller = 1'000'000;

  SegmentStore store;
  std::atomic<bool> full{false};
  WorkerJournal journal{store, full, nullptr};
  Ingester ingester{store};
};

/// Without syncs: they would take most of the time, and no test here cuts the power.
inline RecordTable open_table(const std::string& path) {
  RecordTable table = std::move(*RecordTable::open(path, config::Durability::process_crash));
  EXPECT_TRUE(table.database().execute("PRAGMA synchronous = OFF"));
  return table;
}

inline std::vector<usage::UsageRecord> queued_records(RecordTable& table) {
  std::vector<usage::UsageRecord> out;
  const auto stored = table.queued(1'000'000);
  EXPECT_TRUE(stored);
  for (const StoredRecord& record : *stored) out.push_back(record.record);
  return out;
}

}  // namespace tollgate::ledger
