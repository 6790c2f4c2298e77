// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/ledger/ledger_reader.hpp"

#include <filesystem>
#include <utility>

#include "ledger_snapshot.hpp"
#include "record_store.hpp"
#include "schema.hpp"
#include "usage_sums.hpp"

namespace tollgate::ledger {
namespace {

class SqliteLedgerReader : public LedgerReader {
 public:
  SqliteLedgerReader(Database database, std::vector<JournalRecord> journals)
      : database_(std::move(database)), journals_(std::move(journals)) {}

  Result<std::vector<UsageRow>> usage(const UsageGroups& groups, const Period& period) override {
    UsageSums sums(groups);
    LedgerSnapshot snapshot(database_, journals_);
    Result<void> done = snapshot.take();
    if (!done) return done.error();
    done = snapshot.for_each(period.from, [&](const LedgerSnapshot::Entry& entry) {
      const usage::UsageRecord record = read_payload(entry.payload);
      if (period.holds(record.event_time)) sums.add(record);
    });
    if (!done) return done.error();
    return sums.rows();
  }

  Result<void> for_each(const Period& period,
                        const std::function<void(const StoredRecord&, RecordState,
                                                 const std::string& reason)>& visit) override {
    LedgerSnapshot snapshot(database_, journals_);
    const Result<void> taken = snapshot.take();
    if (!taken) return taken;
    return snapshot.for_each_by_time(period.from, [&](const LedgerSnapshot::Entry& entry) {
      const StoredRecord stored{entry.sequence, read_payload(entry.payload)};
      if (!period.holds(stored.record.event_time)) return;
      const bool awaits = entry.sequence == 0 && !stored.record.follow_path.empty();
      visit(stored, snapshot.state_of(entry.sequence, awaits), snapshot.reason_of(entry.sequence));
    });
  }

 private:
  Database database_;
  std::vector<JournalRecord> journals_;
};

}  // namespace

Result<std::unique_ptr<LedgerReader>> LedgerReader::open(const std::string& path) {
  if (!std::filesystem::exists(path))
    return Error{Errc::not_found, "there is no ledger at " + path};
  // Not SQLite's read-only mode: a reader of a write-ahead log must be able to map its index.
  Result<Database> database = Database::open(path);
  if (!database) return database.error();
  const Result<std::int64_t> version = schema_version(*database);
  if (!version) return version.error();
  if (*version != kSchemaVersion) {
    return Error{Errc::storage,
                 path + " was written by another version of Tollgate: its gateway's own reads it"};
  }
  // The journals first: what the gateway moves into the database meanwhile, its offsets tell.
  std::vector<JournalRecord> journals = read_journals(path + ".journal");
  return std::unique_ptr<LedgerReader>(
      std::make_unique<SqliteLedgerReader>(std::move(*database), std::move(journals)));
}

}  // namespace tollgate::ledger
