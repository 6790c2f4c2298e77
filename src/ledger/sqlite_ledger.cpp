// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "sqlite_ledger.hpp"

#include <algorithm>
#include <utility>

#include "adjustment_delivery.hpp"
#include "database_file.hpp"
#include "delivery_table.hpp"
#include "loss_notes.hpp"
#include "object_table.hpp"
#include "record_codec.hpp"
#include "refusal_delivery.hpp"
#include "retention.hpp"
#include "rollup_writer.hpp"
#include "room.hpp"
#include "thrown.hpp"
#include "tollgate/ledger/ledger_files.hpp"

namespace tollgate::ledger {
SqliteLedger::SqliteLedger(const config::Ledger& settings, LedgerPace pace, unsigned workers,
                           LedgerLocks locks, LedgerDatabases databases, const LedgerLegacy& legacy)
    : settings_(settings),
      pace_(pace),
      locks_(std::move(locks)),
      store_(std::move(databases.store)),
      awaiting_(legacy.awaiting),
      interrupted_(legacy.recovered.interrupted),
      damaged_(legacy.recovered.damaged),
      rollups_(store_.database()),
      merged_to_(store_.last_sequence() + 1),
      lookups_(std::move(databases.lookups)),
      adjustments_(
          {mutex_, store_, [this] { return ingest_locked(); }, [this] { return first_open(); }}),
      quotas_(mutex_, store_),
      check_(std::make_unique<DatabaseCheck>(std::move(databases.check), legacy.faults),
             pace.check) {
  files_.watch(settings.path);
  files_.watch(journal_directory(settings.path));
  if (settings.durability == config::Durability::power_loss) sync_ = std::make_unique<GroupSync>();
  for (unsigned i = 0; i < workers; ++i) {
    auto worker = std::make_unique<Worker>();
    worker->store = std::make_unique<SegmentStore>(
        journal_directory(settings.path), i,
        [this](const auto& segments) { return note_moved(segments); });
    worker->journal = std::make_unique<WorkerJournal>(*worker->store, full_, sync_.get());
    worker->ingester = std::make_unique<Ingester>(*worker->store);
    workers_.push_back(std::move(worker));
  }
  const auto rolled_up = rolled_up_to(store_.database());
  rolls_up_anew_ = store_.last_sequence() > 0 && rolled_up && !*rolled_up;
  if (rolled_up) rolled_up_to_ = rolled_up->value_or(rolled_up_to_);
  prepare_spares();
  losses_ = told_losses(journal_directory(settings.path));
  stats_.set_right = legacy.set_right;
  publish();
  if (legacy.recovered.left_in_write_ahead_log) {
    mover_ = std::make_unique<WriteAheadLogMover>(
        [path = settings.path] { return RecordStore::move_write_ahead_log(path); });
  }
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
  const std::lock_guard lock(mutex_);
  if (!ingest_locked()) return;
  const UtcTime now = std::chrono::system_clock::now();
  for (const auto& worker : workers_) worker->ingester->finish(store_, now);
}

void SqliteLedger::look_after_write_ahead_log() {
  const std::lock_guard lock(mutex_);
  if (!mover_) return;
  const WriteAheadLogMover::State state = mover_->state();
  Result<void> small = state.moved ? store_.keep_write_ahead_log_small() : Result<void>();
  if (state.moved && small) mover_.reset();
  std::string problem = small ? state.problem : small.error().message;
  if (!problem.empty()) problem.insert(0, "SQLite's write-ahead log is not moved and grows: ");
  if (problem == moving_problem_) return;
  moving_problem_ = std::move(problem);
  publish_problem();
}

void SqliteLedger::run() {
  for (int round = 0;; ++round) {
    {
      std::unique_lock lock(run_mutex_);
      wake_.wait_for(lock, pace_.ingest, [this] { return stopping_; });
      if (stopping_) return;
    }
    const std::string thrown = thrown_by([&] { work(round); });
    (void)thrown_by([&] { note_round(thrown); });
  }
}

void SqliteLedger::work(int round) {
  (void)ingest();  // a failed round is tried again; the journals keep everything meanwhile
  prepare_spares();
  look_after_write_ahead_log();
  if (more_to_roll_up_ || round % pace_.look_every == 0) more_to_roll_up_ = roll_up_news();
  if (round % pace_.look_every == 0) look_around();
  // While whole batches go there is more to do: a busy gateway would outrun one in many rounds.
  if (more_to_tidy_ || round % pace_.tidy_every == 0) more_to_tidy_ = tidy();
}

void SqliteLedger::note_round(const std::string& thrown) {
  if (thrown.empty() && round_problem_.empty()) return;
  const std::lock_guard lock(mutex_);
  round_problem_ = thrown.empty() ? thrown : "the ledger did not get on: " + thrown;
  if (!thrown.empty()) ++failures_;
  publish_problem();
}

void SqliteLedger::look_around() {
  const std::lock_guard lock(mutex_);
  look_at_files();
  look_at_mark();
  if (unserved_) (void)serve_now();
  losses_ = told_losses(journal_directory(settings_.path));
  checked_ = check_.report();
  damaged_records_.insert(checked_.damaged.begin(), checked_.damaged.end());
  refuse_if_needed();
  publish();
}

/// The open file has lost its name: what is written to it now is lost, even if the old file is put
/// back.
void SqliteLedger::look_at_files() {
  if (!fault_.empty()) return;
  fault_ = files_.fault();
  for (const auto& worker : workers_) {
    const std::string deleted = worker->store->deleted_file();
    if (fault_.empty() && !deleted.empty()) fault_ = deleted + " was deleted";
  }
}

Result<void> SqliteLedger::serve_now() {
  const Result<void> done = in_transaction([&] {
    Result<void> served = ledger::serve_exporters(store_, exporters_);
    if (served) served = serve_adjustments(store_.database(), exporters_);
    return served ? serve_refusals(store_.database(), exporters_) : served;
  });
  unserved_ = done.has_error();
  return done;
}

void SqliteLedger::refuse_if_needed() { full_ = !fault_.empty() || used_ >= settings_.max_size; }

Result<void> SqliteLedger::ingest() {
  const std::lock_guard lock(mutex_);
  return ingest_locked();
}

/// Into a database that is gone nothing is moved: the journals keep it, for the next start to read.
Result<void> SqliteLedger::ingest_locked() {
  look_at_files();
  if (!fault_.empty()) return Error{Errc::storage, fault_};
  bool any = false;
  for (const auto& worker : workers_) any = any || worker->ingester->has_news();
  if (!any) return {};
  const Result<void> done = ingest_news();
  if (done) {
    write_problem_.clear();
    return done;
  }
  ++failures_;
  write_problem_ = "records cannot be moved into the database, the journals keep them: " +
                   with_advice(done.error(), settings_.path).message;
  publish_problem();
  return done;
}

Result<void> SqliteLedger::ingest_news() {
  const UtcTime now = std::chrono::system_clock::now();
  Intake intake(store_, now);
  const Result<void> done = in_transaction([&]() -> Result<void> {
    for (const auto& worker : workers_) {
      const Result<void> staged = worker->ingester->stage(store_, intake, now);
      if (!staged) return staged;
    }
    return intake.finish();
  });
  if (!done) return done;
  intake.committed();
  awaiting_ += intake.awaiting();
  for (const auto& worker : workers_) worker->ingester->committed();
  return {};
}

/// Not with every round: sums of a second are written as fast as those of a moment.
bool SqliteLedger::roll_up_news() {
  const std::lock_guard lock(mutex_);
  if (!fault_.empty() || rolled_up_to_ == store_.last_sequence()) return false;
  std::int64_t left = 0;
  const Result<void> done = in_transaction([&]() -> Result<void> {
    const Result<std::int64_t> rest = roll_up(store_, rollups_, pace_.roll_up_at_once);
    left = rest ? *rest : 0;
    return rest ? Result<void>() : Result<void>(rest.error());
  });
  rollup_problem_.clear();
  if (!done) {
    rollups_.forget_names();
    rollup_problem_ = "roll-ups cannot be written: " + done.error().message;
    return false;
  }
  rolled_up_to_ = store_.last_sequence() - left;
  rolls_up_anew_ = rolls_up_anew_ && left > 0;
  return left > 0;
}

Result<void> SqliteLedger::in_transaction(const std::function<Result<void>()>& change) {
  Transaction transaction(store_.database());
  if (!transaction.begun()) return transaction.begun();
  const Result<void> changed = change();
  return changed ? transaction.commit() : changed;
}

void SqliteLedger::prepare_spares() {
  for (const auto& worker : workers_) {
    if (worker->store->spares() == 0) (void)worker->store->prepare_spares(1);
  }
}

std::uint64_t SqliteLedger::journal_bytes() const {
  std::uint64_t out = 0;
  for (const auto& worker : workers_) out += worker->store->bytes();
  return out;
}

std::optional<UtcTime> SqliteLedger::first_open() const {
  std::optional<UtcTime> out;
  for (const auto& worker : workers_) {
    const std::optional<UtcTime> one = worker->ingester->first_open();
    if (one) out = out ? std::min(*out, *one) : *one;
  }
  return out;
}

void SqliteLedger::measure() {
  if (const auto bytes = used_bytes(store_.database())) database_bytes_ = *bytes;
  used_ = journal_bytes() + database_bytes_;
}

void SqliteLedger::publish_problem() {
  const std::lock_guard lock(stats_mutex_);
  stats_.failures = failures_;
  stats_.broken = !fault_.empty();
  stats_.full = full_ && !stats_.broken;
  stats_.problem.clear();
  const auto tell = [&](const std::string& problem) {
    if (problem.empty()) return;
    stats_.problem += stats_.problem.empty() ? problem : "; " + problem;
  };
  if (stats_.broken) return tell(fault_ + ": records made now would be lost; restart");
  // Why nothing may be deleted is another matter where nothing can be.
  tell(room_problem(used_, settings_.max_size, full_, tidy_problem_.empty()));
  tell(write_problem_);
  tell(rollup_problem_);
  tell(tidy_problem_);
  tell(mark_problem_.empty() ? in_way_of_mark_ : mark_problem_);
  tell(moving_problem_);
  tell(round_problem_);
}

/// The numbers that cannot be read now stay as they were, and grow old.
void SqliteLedger::publish() {
  publish_problem();
  const Result<std::int64_t> first = store_.first_sequence();
  Result<std::vector<ExporterProgress>> progress = read_progress(store_);
  Result<std::vector<ExporterProgress>> adjustments = adjustment_progress(store_.database());
  Result<std::vector<ExporterProgress>> refusals = refusal_progress(store_.database());
  const std::lock_guard lock(stats_mutex_);
  stats_.interrupted = interrupted_;
  stats_.losses = losses_;
  stats_.database_faults = checked_.faults;
  stats_.checked_at = checked_.ended_at;
  stats_.damaged = damaged_ + damaged_records_.size();
  for (const auto& worker : workers_) stats_.damaged += worker->ingester->damaged();
  stats_.journal_bytes = journal_bytes();
  stats_.rolls_up_anew = rolls_up_anew_;
  stats_.not_rolled_up =
      static_cast<std::uint64_t>(store_.last_sequence() - std::max<std::int64_t>(rolled_up_to_, 0));
  if (!first || !progress || !adjustments || !refusals) return;
  stats_.as_of = std::chrono::system_clock::now();
  stats_.records = static_cast<std::uint64_t>(store_.last_sequence() - *first + 1);
  stats_.awaiting = awaiting_;
  stats_.database_bytes = database_bytes_;
  stats_.exporters = std::move(*progress);
  stats_.adjustments = std::move(*adjustments);
  stats_.refusals = std::move(*refusals);
}

void SqliteLedger::change_limits(const config::Ledger& settings) {
  const std::lock_guard lock(mutex_);
  settings_.retention = settings.retention;
  settings_.rollup_retention = settings.rollup_retention;
  settings_.max_size = settings.max_size;
  refuse_if_needed();
}

Result<void> SqliteLedger::serve_exporters(std::span<const ExporterTerms> exporters) {
  const std::lock_guard lock(mutex_);
  exporters_.assign(exporters.begin(), exporters.end());
  const Result<void> done = serve_now();
  publish();
  return done;
}

Result<std::vector<StoredRecord>> SqliteLedger::undelivered(const std::string& exporter,
                                                            std::size_t limit) {
  const std::lock_guard lock(mutex_);
  Result<Undelivered> found = look_for_undelivered(store_, exporter, limit);
  if (!found) return found.error();
  const std::vector<std::int64_t>& damaged = found->damaged;
  damaged_records_.insert(damaged.begin(), damaged.end());
  // With nothing behind them that is accounted for they would stay in front of the cursor for good.
  if (found->records.empty() && !damaged.empty()) {
    const Result<void> passed =
        in_transaction([&] { return pass_over(store_.database(), exporter, damaged.back()); });
    if (!passed) return passed.error();
    publish();
  }
  return std::move(found->records);
}

Result<void> SqliteLedger::account(const std::string& exporter, const Accounting& accounting,
                                   UtcTime now) {
  const std::lock_guard lock(mutex_);
  const Result<void> done =
      in_transaction([&] { return ledger::account(store_, exporter, accounting, now); });
  publish();
  return done;
}

Result<void> SqliteLedger::note_trouble(const std::string& exporter, const std::string& why,
                                        UtcTime now) {
  const std::lock_guard lock(mutex_);
  return in_transaction(
      [&] { return ledger::note_trouble(store_.database(), exporter, why, now); });
}

Result<std::vector<StoredRecord>> SqliteLedger::awaiting(std::size_t limit, std::int64_t after) {
  const std::lock_guard lock(mutex_);
  return store_.awaiting(limit, after);
}

Result<void> SqliteLedger::settle(const StoredRecord& record) {
  std::string payload;
  encode_record(record.record, payload);
  const std::lock_guard lock(mutex_);
  Intake intake(store_, std::chrono::system_clock::now());
  bool settled = false;
  const Result<void> done = in_transaction([&]() -> Result<void> {
    const Result<bool> dropped = store_.drop_awaiting(record.sequence);
    if (!dropped) return dropped.error();
    settled = *dropped;
    if (!settled) return {};
    const Result<bool> taken = intake.take(payload);
    return taken ? intake.finish() : Result<void>(taken.error());
  });
  if (!done) return done;
  intake.committed();
  awaiting_ += intake.awaiting();
  awaiting_ -= settled ? 1 : 0;
  publish();
  return {};
}

Result<std::vector<StoredObject>> SqliteLedger::find_objects(std::span<const std::string> ids) {
  const std::lock_guard lock(lookups_mutex_);
  return ledger::find_objects(lookups_, ids);
}

Result<void> SqliteLedger::flush() {
  const std::lock_guard lock(mutex_);
  const Result<void> done = ingest_locked();
  look_at_mark();
  publish();
  return done;
}

LedgerStats SqliteLedger::stats() const {
  const std::lock_guard lock(stats_mutex_);
  return stats_;
}

}  // namespace tollgate::ledger
