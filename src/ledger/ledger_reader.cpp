// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/ledger/ledger_reader.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>
#include <set>
#include <utility>

#include "adjustment_table.hpp"
#include "counter_check.hpp"
#include "database_file.hpp"
#include "kept_losses.hpp"
#include "ledger_snapshot.hpp"
#include "loss_notes.hpp"
#include "moved_mark.hpp"
#include "record_store.hpp"
#include "retention.hpp"
#include "rollup_writer.hpp"
#include "schema.hpp"
#include "share_reader.hpp"
#include "tollgate/ledger/ledger_files.hpp"

namespace tollgate::ledger {
namespace {

/// Whether operations of the period may be among what is missing: one arrives once it has ended.
bool may_hold(const Period& period, const Loss& loss) {
  const bool all_earlier =
      period.from && loss.arrived_before && *loss.arrived_before < *period.from;
  const bool all_later =
      period.until && loss.arrived_after && *loss.arrived_after > *period.until + kLongestWay;
  return !all_earlier && !all_later;
}

/// What is not kept in the database, but noted beside it, may concern any period.
void add_notes(std::vector<Loss>& losses, const std::vector<std::string>& notes) {
  for (const std::string& note : notes) {
    const auto known =
        std::ranges::find_if(losses, [&](const Loss& loss) { return note.starts_with(loss.line); });
    if (known != losses.end()) {
      known->line = note;  // which says where it stands
    } else {
      losses.push_back({note, std::nullopt, std::nullopt});
    }
  }
}

/// All that may be missing whatever the database holds. Error storage.
Result<std::vector<Loss>> find_losses(Database& database, const std::string& path,
                                      const JournalFiles& journals) {
  const std::string directory = journal_directory(path);
  Result<std::vector<Loss>> out = missing_segments(database, directory, journals);
  if (!out) return out;
  auto lacking = lacking_since_mark(database, path);
  if (!lacking) return lacking.error();
  auto kept = kept_losses(database);
  if (!kept) return kept;
  // A start that was interrupted has kept it already.
  if (*lacking && std::ranges::find(*kept, (*lacking)->line, &Loss::line) == kept->end())
    out->push_back(std::move(**lacking));
  for (Loss& loss : *kept) out->push_back(std::move(loss));
  add_notes(*out, losses_of(directory, std::filesystem::path(path).filename()));
  return out;
}

class SqliteLedgerReader : public LedgerReader {
 public:
  SqliteLedgerReader(Database database, JournalFiles journals, std::vector<Loss> losses)
      : database_(std::move(database)),
        journals_(std::move(journals)),
        losses_(std::move(losses)) {}

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

  Result<void> for_each_counting(
      const Period& period,
      const std::function<void(const usage::UsageRecord&, RecordState)>& visit) override {
    const Result<bool> any = may_be_adjusted();
    if (!any) return any.error();
    std::optional<AdjustmentCursor> newest;
    Result<void> failed;
    const Result<void> done = for_each(
        period, [&](const StoredRecord& stored, RecordState state, const std::string& /*reason*/) {
          if (!failed) return;
          if (!*any) return visit(stored.record, state);
          // Within the snapshot of the records.
          if (!newest) newest.emplace(database_, period);
          const Result<const StoredAdjustment*> found = newest->find(stored.record);
          if (!found) failed = found.error();
          if (!found) return;
          if (*found == nullptr) return visit(stored.record, state);
          visit(usage::with_cost(stored.record, (*found)->adjustment.record), state);
        });
    return done ? failed : done;
  }

  Result<std::vector<StoredAdjustment>> adjustments_of(const Uuid& record) override {
    const Result<bool> any = may_be_adjusted();
    if (!any) return any.error();
    if (!*any) return std::vector<StoredAdjustment>();
    return all_adjustments(database_, record);
  }

  Result<std::optional<StoredAdjustment>> adjustment_of(const Uuid& record) override {
    const Result<bool> any = may_be_adjusted();
    if (!any) return any.error();
    if (!*any) return std::optional<StoredAdjustment>();
    const auto newest = newest_adjustment(database_, record);
    if (newest && *newest) note_damaged(**newest);
    return newest;
  }

  Result<void> for_each_adjustment(
      const Period& period, const std::function<void(const StoredAdjustment&)>& visit) override {
    const Result<bool> any = may_be_adjusted();
    if (!any) return any.error();
    if (!*any) return {};
    return for_each_newest(database_, period.from.value_or(from_unix_micros(0)),
                           period.until.value_or(UtcTime::max()), [&](const StoredAdjustment& one) {
                             note_damaged(one);
                             visit(one);
                           });
  }

  Result<void> for_each_share(const ShareQuery& query, const ShareVisit& visit) override {
    LedgerSnapshot snapshot(database_, journals_.records);
    Result<void> done = snapshot.take();
    if (!done) return done;
    ShareReader shares(database_, snapshot);
    done = shares.read(query, visit);
    prices_ = shares.take_prices();
    damaged_adjustments_.merge(std::set(shares.damaged_adjustments()));
    return done ? find_faults(snapshot, query.period) : done;
  }

  const usage::CostComponent& price(std::int64_t number) const override {
    return prices_.at(number);
  }

  Result<bool> has_rollups() override {
    Statement table =
        database_.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'rollups'");
    const Result<bool> there = table.step();
    if (!there || !*there) return there;
    // Sums of which nobody knows what they hold are not read: the records answer.
    const auto doubt = doubt_of_roll_ups(database_);
    if (!doubt) return doubt.error();
    const auto cursor = find_counter(database_, Counter::rolled_up_to);
    if (!cursor) return cursor.error();
    const auto twice = find_counter(database_, Counter::tables_may_hold_journal_records_since);
    if (!twice) return twice.error();
    return !*doubt && cursor->has_value() && twice->value_or(0) == 0;
  }

  Result<KeptTime> kept_time(SumSource source) override {
    const auto deleted = source == SumSource::records ? deleted_to(database_) : rollups_lack_to();
    if (!deleted) return deleted.error();
    Statement first = database_.prepare(
        source == SumSource::records ? std::string("SELECT MIN(first_time) FROM blocks")
                                     : "SELECT MIN(start) * 1000000 FROM rollups WHERE length = " +
                                           std::to_string(kUtcDay.count()));
    const Result<bool> row = first.step();
    if (!row) return row.error();
    KeptTime out{*deleted, {}};
    if (!first.is_null(0)) out.first = from_unix_micros(first.number(0));
    return out;
  }

  const std::vector<std::string>& faults() const override { return faults_; }

 private:
  /// Looked up once.
  Result<bool> may_be_adjusted() {
    if (!adjusted_) {
      const Result<bool> found = has_adjustments(database_);
      if (!found) return found;
      adjusted_ = *found;
    }
    return *adjusted_;
  }

  Result<std::optional<UtcTime>> rollups_lack_to() {
    const auto lack = find_counter(database_, Counter::rollups_lack_to);
    if (!lack) return lack.error();
    return *lack ? std::optional(from_unix_micros(**lack)) : std::optional<UtcTime>();
  }

  Result<void> find_faults(LedgerSnapshot& snapshot, const Period& period) {
    const Result<std::vector<SequenceGap>> gaps = snapshot.gaps();
    if (!gaps) return gaps.error();
    faults_ = journals_.faults;
    std::vector<Loss> losses = losses_;
    for (const SequenceGap& gap : *gaps)
      losses.push_back({describe(gap), gap.arrived_after, gap.arrived_before});
    for (Loss& loss : losses) {
      if (may_hold(period, loss)) faults_.push_back(std::move(loss.line));
    }
    for (const LedgerSnapshot::Damaged& record : snapshot.damaged()) {
      if (period.until && record.not_before >= *period.until) continue;
      faults_.push_back("the record " + std::to_string(record.sequence) + " is damaged");
    }
    for (const std::int64_t sequence : damaged_adjustments_)
      faults_.push_back(damaged_line(sequence));
    return {};
  }

  static std::string damaged_line(std::int64_t sequence) {
    return "the adjustment " + std::to_string(sequence) +
           " is damaged: what its record costs is not known";
  }

  void note_damaged(const StoredAdjustment& one) {
    if (one.damaged && damaged_adjustments_.insert(one.sequence).second)
      faults_.push_back(damaged_line(one.sequence));
  }

  Database database_;
  JournalFiles journals_;
  std::vector<Loss> losses_;
  std::vector<std::string> faults_;
  std::optional<bool> adjusted_;                ///< whether there may be adjustments
  std::set<std::int64_t> damaged_adjustments_;  ///< met so far, by their sequences
  std::map<std::int64_t, usage::CostComponent> prices_;
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
    case RecordState::kept:
      return "kept";
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
  auto losses = find_losses(*database, path, *journals);
  if (!losses) return losses.error();
  const auto false_counters = counter_fault_lines(*database);
  if (!false_counters) return false_counters.error();
  journals->faults.insert(journals->faults.end(), false_counters->begin(), false_counters->end());
  return std::unique_ptr<LedgerReader>(std::make_unique<SqliteLedgerReader>(
      std::move(*database), std::move(*journals), std::move(*losses)));
}

}  // namespace tollgate::ledger
