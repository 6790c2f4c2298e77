// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "sqlite_ledger.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

namespace tollgate::ledger {
namespace {

/// How often journals are moved into the table: reports lag by this much, deliveries by little more.
constexpr milliseconds kIngestInterval{50};
/// Retention and size are looked at every this many rounds.
constexpr int kTidyEvery = 100;
constexpr std::size_t kDeleteBatch = 1000;
/// The backend keeps stored responses for 30 days (azure-protocol.md 1.7).
constexpr seconds kResponsesKept{32 * 24 * 3600};

Result<void> make_directory(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return Error{Errc::storage, "cannot create " + path + ": " + error.message()};
  if (::chmod(path.c_str(), 0700) != 0) {
    return Error{Errc::storage, "cannot protect " + path + ": " + std::strerror(errno)};
  }
  return {};
}

/// Before SQLite does, which gives its log and index the mode that the database has by then.
void make_private(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return;  // SQLite will say why
  ::fchmod(file, 0600);
  ::close(file);
}

}  // namespace

Result<std::unique_ptr<Ledger>> Ledger::open(const config::Ledger& settings, unsigned workers,
                                             UtcTime) {
  const std::string directory = settings.path + ".journal";
  const Result<void> made = make_directory(directory);
  if (!made) return made.error();
  Result<LockFile> lock = LockFile::take(settings.path + ".lock");
  if (!lock) return lock.error();
  make_private(settings.path);
  Result<RecordTable> table = RecordTable::open(settings.path, settings.durability);
  if (!table) return table.error();
  const Result<RecoveryResult> recovered = recover(*table, directory);
  if (!recovered) return recovered.error();
  const Result<RecordTable::Counts> counts = table->counts();
  if (!counts) return counts.error();
  return std::unique_ptr<Ledger>(new SqliteLedger(settings, workers, std::move(*lock),
                                                  std::move(*table), *recovered, *counts));
}

SqliteLedger::SqliteLedger(const config::Ledger& settings, unsigned workers, LockFile lock,
                           RecordTable table, RecoveryResult recovered, RecordTable::Counts counts)
    : settings_(settings),
      lock_(std::move(lock)),
      table_(std::move(table)),
      counts_(counts),
      interrupted_(recovered.interrupted),
      damaged_(recovered.damaged) {
  if (settings.durability == config::Durability::power_loss) sync_ = std::make_unique<GroupSync>();
  for (unsigned i = 0; i < workers; ++i) {
    auto worker = std::make_unique<Worker>();
    worker->store = std::make_unique<SegmentStore>(settings.path + ".journal", i);
    worker->journal = std::make_unique<WorkerJournal>(*worker->store, full_, sync_.get());
    worker->ingester = std::make_unique<Ingester>(*worker->store);
    workers_.push_back(std::move(worker));
  }
  prepare_spares();
  thread_ = std::thread([this] { run(); });
}

SqliteLedger::~SqliteLedger() {
  {
    const std::lock_guard lock(run_mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
  // The workers have stopped. Only what is safely in the table may be deleted.
  if (!ingest()) return;
  const std::lock_guard lock(mutex_);
  for (const auto& worker : workers_) worker->ingester->finish(table_);
}

void SqliteLedger::run() {
  bool more = false;
  for (int round = 0;; ++round) {
    {
      std::unique_lock lock(run_mutex_);
      wake_.wait_for(lock, kIngestInterval, [this] { return stopping_; });
      if (stopping_) return;
    }
    (void)ingest();  // a failed round is tried again; the journals keep everything meanwhile
    prepare_spares();
    // As long as whole batches go there is more to do: a busy gateway would outrun one batch in many rounds.
    if (more || round % kTidyEvery == 0) more = tidy();
  }
}

Result<void> SqliteLedger::ingest() {
  const std::lock_guard lock(mutex_);
  return ingest_locked();
}

Result<void> SqliteLedger::ingest_locked() {
  bool any = false;
  for (const auto& worker : workers_) any = any || worker->ingester->has_news();
  if (!any) return {};
  Transaction transaction(table_.database());
  if (!transaction.begun()) return transaction.begun();
  for (const auto& worker : workers_) {
    const Result<void> staged = worker->ingester->stage(table_);
    if (!staged) return staged;
  }
  const Result<void> committed = transaction.commit();
  if (!committed) return committed;
  for (const auto& worker : workers_) {
    worker->ingester->committed();
    counts_.queued += worker->ingester->inserted().queued;
    counts_.awaiting += worker->ingester->inserted().awaiting;
  }
  return {};
}

void SqliteLedger::prepare_spares() {
  for (const auto& worker : workers_) {
    if (worker->store->spares() == 0) (void)worker->store->prepare_spares(1);
  }
}

std::uint64_t SqliteLedger::used_database_bytes() {
  std::uint64_t pages = 0;
  Statement statement = table_.database().prepare(
      "SELECT (page_count - freelist_count) * page_size FROM pragma_page_count, "
      "pragma_freelist_count, pragma_page_size");
  const Result<bool> row = statement.step();
  if (row && *row) pages = static_cast<std::uint64_t>(statement.number(0));
  return pages;
}

bool SqliteLedger::tidy() {
  const std::lock_guard lock(mutex_);
  std::uint64_t journal_bytes = 0;
  for (const auto& worker : workers_) journal_bytes += worker->store->bytes();
  database_bytes_ = used_database_bytes();
  const std::uint64_t used = journal_bytes + database_bytes_;
  // Near the limit delivered records go before their time: only undelivered ones must never.
  const bool pressed = used > settings_.max_size / 10 * 9;
  const UtcTime now = std::chrono::system_clock::now();
  UtcTime before = pressed ? now : now - settings_.retention;
  for (const auto& worker : workers_) {
    // A crash brings back what a segment still holds: no record is deleted before its segment.
    const auto segments = worker->store->snapshot();
    if (!segments.empty()) before = std::min(before, segments.front()->created());
  }
  const Result<std::int64_t> deleted = table_.delete_delivered(before, kDeleteBatch);
  if (deleted) counts_.delivered -= static_cast<std::uint64_t>(*deleted);
  (void)table_.forget_responses(now - kResponsesKept);
  full_ = used >= settings_.max_size;
  return deleted && *deleted == static_cast<std::int64_t>(kDeleteBatch);
}

Result<std::vector<StoredRecord>> SqliteLedger::queued(std::size_t limit) {
  const std::lock_guard lock(mutex_);
  return table_.queued(limit);
}

Result<void> SqliteLedger::mark_delivered(std::span<const std::int64_t> sequences, UtcTime now) {
  const std::lock_guard lock(mutex_);
  Transaction transaction(table_.database());
  if (!transaction.begun()) return transaction.begun();
  std::uint64_t changed = 0;
  for (const std::int64_t sequence : sequences) {
    const Result<void> marked = table_.mark_delivered(sequence, now);
    if (!marked) return marked;
    changed += static_cast<std::uint64_t>(table_.database().changes());
  }
  const Result<void> committed = transaction.commit();
  if (!committed) return committed;
  counts_.queued -= changed;
  counts_.delivered += changed;
  return {};
}

Result<void> SqliteLedger::quarantine(std::int64_t sequence, const std::string& reason,
                                      UtcTime now) {
  const std::lock_guard lock(mutex_);
  const Result<void> done = table_.quarantine(sequence, reason, now);
  if (!done) return done;
  if (table_.database().changes() > 0) {
    --counts_.queued;
    ++counts_.quarantined;
  }
  return {};
}

Result<std::vector<StoredRecord>> SqliteLedger::awaiting(std::size_t limit) {
  const std::lock_guard lock(mutex_);
  return table_.awaiting(limit);
}

Result<void> SqliteLedger::settle(const StoredRecord& record) {
  const std::lock_guard lock(mutex_);
  Transaction transaction(table_.database());
  if (!transaction.begun()) return transaction.begun();
  const Result<bool> settled = table_.settle(record);
  if (!settled) return settled.error();
  const Result<void> committed = transaction.commit();
  if (!committed) return committed;
  if (!*settled) return {};
  --counts_.awaiting;
  ++counts_.queued;
  return {};
}

Result<std::optional<StoredObject>> SqliteLedger::find_object(const std::string& id) {
  const std::lock_guard lock(mutex_);
  return table_.find_object(id);
}

Result<void> SqliteLedger::flush() { return ingest(); }

LedgerStats SqliteLedger::stats() const {
  const std::lock_guard lock(mutex_);
  LedgerStats out;
  out.queued = counts_.queued;
  out.awaiting = counts_.awaiting;
  out.delivered = counts_.delivered;
  out.quarantined = counts_.quarantined;
  out.interrupted = interrupted_;
  out.damaged = damaged_;
  out.database_bytes = database_bytes_;
  for (const auto& worker : workers_) {
    out.damaged += worker->ingester->damaged();
    out.journal_bytes += worker->store->bytes();
  }
  if (out.queued > 0) out.oldest_queued = table_.oldest_queued();
  return out;
}

}  // namespace tollgate::ledger
