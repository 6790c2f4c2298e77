// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "ledger_adjustments.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "adjustment_delivery.hpp"
#include "adjustment_table.hpp"
#include "database_file.hpp"
#include "retention.hpp"

namespace tollgate::ledger {
namespace {

constexpr std::size_t kAwaitingAtOnce = 1'000;

std::optional<UtcTime> earlier_of(std::optional<UtcTime> a, std::optional<UtcTime> b) {
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}

class SqliteAdjustmentDesk : public AdjustmentDesk {
 public:
  SqliteAdjustmentDesk(RecordStore store, std::string path)
      : store_(std::move(store)), path_(std::move(path)) {}

  Result<std::size_t> add(std::span<const usage::CostAdjustment> adjustments) override {
    Result<std::size_t> written = add_all(adjustments);
    if (written) return written;
    Error error = with_advice(written.error(), path_);
    error.message.insert(0, "adjustments cannot be written to " + path_ + ": ");
    return error;
  }

 private:
  Result<std::size_t> add_all(std::span<const usage::CostAdjustment> adjustments) {
    Transaction transaction(store_.database());
    if (!transaction.begun()) return transaction.begun().error();
    const Result<std::size_t> written = put_adjustments(store_.database(), adjustments);
    if (!written) return written;
    const Result<void> committed = transaction.commit();
    if (!committed) return committed.error();
    return *written;
  }

  RecordStore store_;
  std::string path_;
};

}  // namespace

Result<std::size_t> LedgerAdjustments::add(std::span<const usage::CostAdjustment> adjustments,
                                           const std::optional<ClosedHour>& closed) {
  const std::lock_guard lock(parts_.mutex);
  Database& database = parts_.store.database();
  Transaction transaction(database);
  if (!transaction.begun()) return transaction.begun().error();
  const Result<std::size_t> written = put_adjustments(database, adjustments);
  if (!written) return written;
  const Result<void> noted = closed ? note_closed(database, *closed) : Result<void>();
  if (!noted) return noted.error();
  const Result<void> committed = transaction.commit();
  if (!committed) return committed.error();
  return *written;
}

Result<std::optional<UtcTime>> LedgerAdjustments::closed_to(const std::string& backend,
                                                            const std::string& deployment) {
  const std::lock_guard lock(parts_.mutex);
  return ledger::closed_to(parts_.store.database(), backend, deployment);
}

Result<std::optional<UtcTime>> LedgerAdjustments::first_awaiting(const Concerns& concerns) {
  std::optional<UtcTime> out;
  for (std::int64_t behind = 0;;) {
    const auto found = parts_.store.awaiting(kAwaitingAtOnce, behind);
    if (!found) return found.error();
    for (const StoredRecord& one : *found) {
      behind = one.sequence;
      if (concerns(one.record)) out = earlier_of(out, one.record.event_time);
    }
    if (found->size() < kAwaitingAtOnce) return out;
  }
}

Result<std::optional<UtcTime>> LedgerAdjustments::first_unfinished(const Concerns& concerns) {
  const std::lock_guard lock(parts_.mutex);
  const Result<void> ingested = parts_.ingest();
  if (!ingested) return ingested.error();
  const auto awaiting = first_awaiting(concerns);
  if (!awaiting) return awaiting;
  return earlier_of(*awaiting, parts_.first_open());
}

Result<std::optional<UtcTime>> LedgerAdjustments::first_kept() {
  const std::lock_guard lock(parts_.mutex);
  const Result<void> ingested = parts_.ingest();
  if (!ingested) return ingested.error();
  Statement row = parts_.store.database().prepare("SELECT MIN(first_time) FROM blocks");
  const Result<bool> found = row.step();
  if (!found) return found.error();
  if (row.is_null(0)) return std::optional<UtcTime>();
  const auto deleted = all_deleted_to(parts_.store.database());
  if (!deleted) return deleted.error();
  const UtcTime first = from_unix_micros(row.number(0));
  // Of the hour in which the last deleted record arrived others may be gone, too.
  const UtcTime whole = *deleted ? **deleted + std::chrono::hours(1) : first;
  return std::optional(std::max(first, whole));
}

Result<std::vector<StoredAdjustment>> LedgerAdjustments::undelivered(const std::string& exporter,
                                                                     std::size_t limit) {
  const std::lock_guard lock(parts_.mutex);
  return undelivered_adjustments(parts_.store.database(), exporter, limit);
}

Result<void> LedgerAdjustments::account(const std::string& exporter,
                                        const AdjustmentAccounting& accounting, UtcTime now) {
  const std::lock_guard lock(parts_.mutex);
  Transaction transaction(parts_.store.database());
  if (!transaction.begun()) return transaction.begun();
  const Result<void> done = account_adjustments(parts_.store.database(), exporter, accounting, now);
  return done ? transaction.commit() : done;
}

Result<std::unique_ptr<AdjustmentDesk>> AdjustmentDesk::open(const std::string& path) {
  const Result<Database> database = open_beside(path);
  if (!database) return database.error();
  Result<RecordStore> store = RecordStore::open(path, config::Durability::power_loss);
  if (!store) return store.error();
  return std::unique_ptr<AdjustmentDesk>(
      std::make_unique<SqliteAdjustmentDesk>(std::move(*store), path));
}

}  // namespace tollgate::ledger
