// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "background_check.hpp"
#include "group_sync.hpp"
#include "ingester.hpp"
#include "ledger_adjustments.hpp"
#include "ledger_quotas.hpp"
#include "record_store.hpp"
#include "recovery.hpp"
#include "rollup_table.hpp"
#include "storage_names.hpp"
#include "worker_journal.hpp"
#include "write_ahead_log_mover.hpp"

namespace tollgate::ledger {

/// What keeps other gateways off: the lock file, which earlier versions know, and the database.
struct LedgerLocks {
  LockFile file;
  LockFile database;
};

/// How often the ledger's own thread does what.
struct LedgerPace {
  milliseconds ingest{50};  ///< a round: reports lag by this much, deliveries a little more
  int look_every = 20;      ///< rounds
  int tidy_every = 100;     ///< rounds: retention and size
  std::size_t roll_up_at_once = 4096;  ///< records, when it is looked around and while more wait
  CheckPace check{};
};

/// The table, and further ways into the same file for those who only look something up.
struct LedgerDatabases {
  RecordStore store;
  Database lookups;
  Database check;
};

/// What the last run left.
struct LedgerLegacy {
  RecoveryResult recovered;
  std::uint64_t awaiting = 0;            ///< records whose usage is to be asked for
  std::vector<std::string> set_right{};  ///< a line for each of its numbers that was false
  std::vector<std::string> faults{};     ///< of the database, that a glance has found
};

/// The Ledger over journals and SQLite. Its one thread feeds the table; callers of the other
/// functions share the table with it under a mutex.
class SqliteLedger : public Ledger {
 public:
  /// As Ledger::open.
  static Result<std::unique_ptr<Ledger>> open(const config::Ledger& settings, unsigned workers,
                                              UtcTime now, LedgerPace pace);
  SqliteLedger(const config::Ledger& settings, LedgerPace pace, unsigned workers, LedgerLocks locks,
               LedgerDatabases databases, const LedgerLegacy& legacy);
  ~SqliteLedger() override;

  Journal& journal(unsigned worker) override { return *workers_[worker]->journal; }
  Result<void> serve_exporters(std::span<const ExporterTerms> exporters) override;
  Result<std::vector<StoredRecord>> undelivered(const std::string& exporter,
                                                std::size_t limit) override;
  Result<void> account(const std::string& exporter, const Accounting& accounting,
                       UtcTime now) override;
  Result<void> note_trouble(const std::string& exporter, const std::string& why,
                            UtcTime now) override;
  Result<std::vector<StoredRecord>> awaiting(std::size_t limit, std::int64_t after) override;
  Result<void> settle(const StoredRecord& record) override;
  Result<std::vector<StoredObject>> find_objects(std::span<const std::string> ids) override;
  AdjustmentBook& adjustments() override { return adjustments_; }
  QuotaBook& quotas() override { return quotas_; }
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
  /// Once what a start left in it is moved, commits keep it small; what goes wrong is told, and
  /// tried again in the next round.
  void look_after_write_ahead_log();
  void work(int round);
  /// `thrown`: as thrown_by() says of it.
  void note_round(const std::string& thrown);
  Result<void> ingest();
  // All below: under the mutex.
  Result<void> ingest_locked();
  Result<void> ingest_news();
  /// What has arrived since into the roll-ups, a batch. True: there is more.
  bool roll_up_news();
  /// Notes beside the journals how much the database holds, before these of them are deleted.
  bool note_moved(const std::vector<std::string>& segments);
  /// Whether that could be done.
  void look_at_mark();
  void prepare_spares();
  /// Whether the files are still there, and what there is to tell.
  void look_around();
  void look_at_files();
  Result<void> serve_now();
  void refuse_if_needed();
  std::uint64_t journal_bytes() const;
  std::optional<UtcTime> first_open() const;
  /// How much room is used.
  void measure();
  /// True: there is more to delete.
  bool tidy();
  Result<void> merge_small_blocks();
  void note_tidied(std::initializer_list<const Result<void>*> steps) {
    tidy_problem_.clear();
    for (const Result<void>* const step : steps) {
      if (*step || !tidy_problem_.empty()) continue;
      tidy_problem_ = "old records cannot be tidied away: " + step->error().message;
    }
  }
  Result<void> in_transaction(const std::function<Result<void>()>& change);
  void publish_problem();
  void publish();

  config::Ledger settings_;  ///< guarded by mutex_
  LedgerPace pace_;
  LedgerLocks locks_;         ///< let go after the database has been closed
  mutable std::mutex mutex_;  ///< guards the store, the ingesters and what is known of them
  RecordStore store_;
  std::uint64_t awaiting_ = 0;
  std::uint64_t interrupted_;
  std::uint64_t damaged_;
  std::set<std::int64_t> damaged_records_;  ///< of the database: each counts once, whoever met it
  std::int64_t noted_as_moved_ = -1;        ///< records; -1: nothing by this process
  std::uint64_t used_ = 0;                  ///< bytes, journals included, when it was last looked
  std::uint64_t database_bytes_ = 0;
  std::uint64_t failures_ = 0;
  std::vector<std::string> losses_;  ///< that nobody has acknowledged, when it was last looked
  CheckReport checked_;              ///< when it was last looked
  std::string write_problem_;        ///< empty after a round that went well
  std::string tidy_problem_;         ///< likewise, of what deletes and puts together
  std::string moving_problem_;       ///< likewise, of the write-ahead log
  std::string round_problem_;        ///< what was thrown in the last round; the thread writes it
  std::vector<ExporterTerms> exporters_;
  bool unserved_ = false;  ///< the database could not be told of them: tried again
  FileIdentity files_;
  std::string fault_;    ///< of the files; for good
  RollupTable rollups_;  ///< of the store's database
  bool rolls_up_anew_ = false;
  std::int64_t rolled_up_to_ = -1;  ///< a sequence; -1: not known yet
  std::string rollup_problem_;      ///< empty after a round that went well
  std::string mark_problem_;        ///< why journals stay that were moved; empty: they go
  std::string in_way_of_mark_;      ///< why they will, when it was last looked
  std::int64_t merged_to_;  ///< the blocks in front of this sequence are as large as they will be
  std::mutex lookups_mutex_;
  Database lookups_;  ///< a connection of its own: whoever asks for an object waits for no writer
  mutable std::mutex stats_mutex_;
  LedgerStats stats_;              ///< guarded by stats_mutex_: nobody who asks waits for the disk
  std::atomic<bool> full_{false};  ///< no intents: max_size is reached, or the files are gone
  std::unique_ptr<GroupSync> sync_;
  std::vector<std::unique_ptr<Worker>> workers_;

  LedgerAdjustments adjustments_;
  LedgerQuotas quotas_;
  BackgroundCheck check_;
  /// Null: commits keep the write-ahead log small.
  std::unique_ptr<WriteAheadLogMover> mover_;

  std::mutex run_mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  bool more_to_roll_up_ = false;  ///< the thread's own, as the next
  bool more_to_tidy_ = false;
  std::thread thread_;
};

}  // namespace tollgate::ledger
