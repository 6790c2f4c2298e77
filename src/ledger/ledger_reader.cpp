// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/ledger/ledger_reader.hpp"

#include <chrono>
#include <filesystem>
#include <utility>

#include "database_file.hpp"
#include "ledger_snapshot.hpp"
#include "loss_notes.hpp"
#include "record_store.hpp"
#include "schema.hpp"
#include "tollgate/ledger/ledger_files.hpp"
#include "usage_sums.hpp"

namespace tollgate::ledger {
namespace {

/// The longest operation that is followed takes 26 hours; the rest is for a database that could not
/// be written for a while.
constexpr std::chrono::hours kLongestWay{48};

/// Whether operations of the period may be among what is missing: one arrives once it has ended.
bool may_hold(const Period& period, const SequenceGap& gap) {
  const bool all_earlier = period.from && gap.arrived_before && *gap.arrived_before < *period.from;
  const bool all_later =
      period.until && gap.arrived_after && *gap.arrived_after > *period.until + kLongestWay;
  return !all_earlier && !all_later;
}

class SqliteLedgerReader : public LedgerReader {
 public:
  SqliteLedgerReader(Database database, JournalFiles journals)
      : database_(std::move(database)), journals_(std::move(journals)) {}

  Result<std::vector<UsageRow>> usage(const UsageGroups& groups, const Period& period) override {
    UsageSums sums(groups);
    LedgerSnapshot snapshot(database_, journals_.records);
    Result<void> done = snapshot.take();
    if (!done) return done.error();
    done = snapshot.for_each(period.from, [&](const LedgerSnapshot::Entry& entry) {
      const usage::UsageRecord record = read_payload(entry.payload);
      if (period.holds(record.event_time)) sums.add(record);
    });
    if (done) done = find_faults(snapshot, period);
    if (!done) return done.error();
    return sums.rows();
  }

  Result<void> for_each(const Period& period,
                        const std::function<void(const StoredRecord&, RecordState,
                                                 const std::string& reason)>& visit) override {
    LedgerSnapshot snapshot(database_, journals_.records);
    const Result<void> taken = snapshot.take();
    if (!taken) return taken;
    const Result<void> done =
        snapshot.for_each_by_time(period.from, [&](const LedgerSnapshot::Entry& entry) {
          const StoredRecord stored{entry.sequence, read_payload(entry.payload)};
          if (!period.holds(stored.record.event_time)) return;
          const bool awaits = entry.sequence == 0 && !stored.record.follow_path.empty();
          visit(stored, snapshot.state_of(entry.sequence, awaits),
                snapshot.reason_of(entry.sequence));
        });
    return done ? find_faults(snapshot, period) : done;
  }

  Result<KeptTime> kept_time() override {
    const auto forgotten = find_counter(database_, Counter::forgotten_to);
    if (!forgotten) return forgotten.error();
    const auto deleted = find_counter(database_, Counter::forgotten_arrived_at);
    if (!deleted) return deleted.error();
    Statement blocks = database_.prepare(
        "SELECT (SELECT MIN(first_time) FROM blocks), "
        "(SELECT arrived_at FROM blocks ORDER BY first_sequence LIMIT 1)");
    const Result<bool> row = blocks.step();
    if (!row) return row.error();
    KeptTime out;
    if (!blocks.is_null(0)) out.first = from_unix_micros(blocks.number(0));
    if (*deleted) {
      out.deleted_to = from_unix_micros(**deleted);
    } else if (forgotten->value_or(0) > 0 && !blocks.is_null(1)) {
      out.deleted_to = from_unix_micros(blocks.number(1));
    }
    return out;
  }

  const std::vector<std::string>& faults() const override { return faults_; }

 private:
  Result<void> find_faults(LedgerSnapshot& snapshot, const Period& period) {
    const Result<std::vector<SequenceGap>> gaps = snapshot.gaps();
    if (!gaps) return gaps.error();
    faults_ = journals_.faults;
    for (const SequenceGap& gap : *gaps) {
      if (may_hold(period, gap)) faults_.push_back(describe(gap));
    }
    for (const LedgerSnapshot::Damaged& record : snapshot.damaged()) {
      if (period.until && record.not_before >= *period.until) continue;
      faults_.push_back("the record " + std::to_string(record.sequence) + " is damaged");
    }
    return {};
  }

  Database database_;
  JournalFiles journals_;
  std::vector<std::string> faults_;
};

}  // namespace

std::string_view to_string(RecordState state) {
  switch (state) {
    case RecordState::queued:
      return "queued";
    case RecordState::delivered:
      return "delivered";
    case RecordState::quarantined:
      return "quarantined";
    case RecordState::awaiting:
      return "awaiting";
  }
  return "";
}

Result<std::unique_ptr<LedgerReader>> LedgerReader::open(const std::string& path) {
  Result<Database> database = open_beside(path);
  if (!database) return database.error();
  // The journals first: what the gateway moves into the database meanwhile, its offsets tell.
  Result<JournalFiles> journals = read_journals(journal_directory(path));
  if (!journals) return journals.error();
  const auto missing = missing_segments(*database, journal_directory(path), *journals);
  if (!missing) return missing.error();
  journals->faults.insert(journals->faults.end(), missing->begin(), missing->end());
  // What went with an earlier database nobody can say: no period is surely whole.
  const std::string name = std::filesystem::path(path).filename();
  for (std::string& loss : losses_of(journal_directory(path), name))
    journals->faults.push_back(std::move(loss));
  return std::unique_ptr<LedgerReader>(
      std::make_unique<SqliteLedgerReader>(std::move(*database), std::move(*journals)));
}

}  // namespace tollgate::ledger
