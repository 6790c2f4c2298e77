// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "group_sync.hpp"
#include "ingester.hpp"
#include "lock_file.hpp"
#include "record_table.hpp"
#include "recovery.hpp"
#include "worker_journal.hpp"

namespace tollgate::ledger {

/// The Ledger over journals and SQLite. Its one thread feeds the table; callers of the other functions share
/// the table with it under a mutex.
class SqliteLedger : public Ledger {
 public:
  SqliteLedger(const config::Ledger& settings, unsigned workers, LockFile lock, RecordTable table,
               RecoveryResult recovered, RecordTable::Counts counts);
  ~SqliteLedger() override;

  Journal& journal(unsigned worker) override { return *workers_[worker]->journal; }
  Result<std::vector<StoredRecord>> queued(std::size_t limit) override;
  Result<void> mark_delivered(std::span<const std::int64_t> sequences, UtcTime now) override;
  Result<void> quarantine(std::int64_t sequence, const std::string& reason, UtcTime now) override;
  Result<std::vector<StoredRecord>> awaiting(std::size_t limit) override;
  Result<void> settle(const StoredRecord& record) override;
  Result<std::optional<StoredObject>> find_object(const std::string& id) override;
  void change_limits(const config::Ledger& settings) override;
  Result<void> flush() override;
  LedgerStats stats() const override;

 private:
  struct Worker {
    std::unique_ptr<SegmentStore> store;
    std::unique_ptr<WorkerJournal> journal;
    std::unique_ptr<Ingester> ingester;
  };

  void run();
  Result<void> ingest();
  Result<void> ingest_locked();
  void prepare_spares();
  /// True: there is more to delete.
  bool tidy();
  std::uint64_t used_database_bytes();

  config::Ledger settings_;  ///< guarded by mutex_
  LockFile lock_;
  mutable std::mutex mutex_;  ///< guards the table, the ingesters and the counts
  mutable RecordTable table_;
  RecordTable::Counts counts_;
  std::uint64_t interrupted_;
  std::uint64_t damaged_;
  std::uint64_t database_bytes_ = 0;
  std::atomic<bool> full_{false};
  std::unique_ptr<GroupSync> sync_;
  std::vector<std::unique_ptr<Worker>> workers_;

  std::mutex run_mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace tollgate::ledger
