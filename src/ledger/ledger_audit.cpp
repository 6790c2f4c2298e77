// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/ledger/ledger_audit.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "adjustment_table.hpp"
#include "counter_check.hpp"
#include "database_file.hpp"
#include "kept_losses.hpp"
#include "ledger_snapshot.hpp"
#include "loss_notes.hpp"
#include "moved_mark.hpp"
#include "record_codec.hpp"
#include "rollup_check.hpp"
#include "tollgate/ledger/ledger_files.hpp"

namespace tollgate::ledger {
namespace {

/// A table whose rows hold records, and a word for one of them.
struct Holder {
  const char* select;
  const char* what;
};
/// Awaiting records are among the snapshot's.
constexpr std::array<Holder, 2> kHolders{
    {{"SELECT record_id, payload FROM intents", "the open operation "},
     {"SELECT exporter || ' ' || sequence, payload FROM exceptions", "the refused record of "}}};

class Audit {
 public:
  Audit(std::string path, Database& database) : path_(std::move(path)), database_(database) {}

  LedgerAudit run() {
    note(check_pages());
    const JournalFiles journals = read_all_journals();
    note(check_losses(journals));
    LedgerSnapshot snapshot(database_, journals.records);
    note(snapshot.take());
    note(check_order(snapshot));
    note(check_counters());
    RollupCheck rollups(database_);
    const bool rolled_up = has_rollups();
    if (rolled_up) note(rollups.begin());
    note(read_records(snapshot, rollups));
    const std::size_t found = out_.faults.size();
    note(check_adjustments());
    adjustments_whole_ = out_.faults.size() == found;
    if (rolled_up) note(end_rollups(rollups, snapshot));
    for (const LedgerSnapshot::Damaged& record : snapshot.damaged()) {
      add({"the record " + std::to_string(record.sequence) + " is damaged"});
    }
    for (const Holder& holder : kHolders) note(check_payloads(holder));
    return std::move(out_);
  }

 private:
  void add(const std::vector<std::string>& faults) {
    out_.faults.insert(out_.faults.end(), faults.begin(), faults.end());
  }
  /// What could not be read at all is a fault as well, and no reason to stop.
  void note(const Result<void>& done) {
    if (!done) add({done.error().message});
  }

  /// SQLite's own check of pages, tables and indices.
  Result<void> check_pages() {
    Statement rows = database_.prepare("PRAGMA integrity_check(20)");
    for (;;) {
      const Result<bool> row = rows.step();
      if (!row) return row.error();
      if (!*row) return {};
      if (rows.text(0) != "ok") add({"the database: " + rows.text(0)});
    }
  }

  JournalFiles read_all_journals() {
    Result<JournalFiles> journals = read_journals(journal_directory(path_));
    if (!journals) {
      add({journals.error().message});
      return {};
    }
    out_.segments = journals->segments;
    add(journals->faults);
    return std::move(*journals);
  }

  void add_untold(const std::vector<std::string>& told, const std::vector<Loss>& losses) {
    for (const Loss& loss : losses) {
      if (!is_told(told, loss.line)) add({loss.line});
    }
  }

  /// What is missing, and what was told of losses: one that was told is not named twice.
  Result<void> check_losses(const JournalFiles& journals) {
    const std::vector<std::string> told = told_losses(journal_directory(path_));
    const auto lacking = lacking_since_mark(database_, path_);
    if (lacking && *lacking) add_untold(told, {**lacking});
    note(lacking ? Result<void>() : lacking.error());
    const auto kept = kept_losses(database_);
    if (kept) add_untold(told, *kept);
    note(kept ? Result<void>() : kept.error());
    const auto missing = missing_segments(database_, journal_directory(path_), journals);
    if (missing) add_untold(told, *missing);
    add(told);
    return missing ? Result<void>() : missing.error();
  }

  Result<void> check_order(LedgerSnapshot& snapshot) {
    const auto gaps = snapshot.gaps();
    if (!gaps) return gaps.error();
    for (const SequenceGap& gap : *gaps) add({describe(gap)});
    return {};
  }

  Result<void> check_counters() {
    const auto faults = counter_fault_lines(database_);
    if (faults) add(*faults);
    return faults ? Result<void>() : faults.error();
  }

  /// A database that only an earlier version has written has none.
  bool has_rollups() {
    Statement table =
        database_.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'rollups'");
    const Result<bool> found = table.step();
    return found && *found;
  }

  /// Records that are gone or damaged are named already, and stay in the roll-ups.
  Result<void> end_rollups(RollupCheck& rollups, LedgerSnapshot& snapshot) {
    const auto gaps = snapshot.gaps();
    const bool whole = gaps && gaps->empty() && snapshot.damaged().empty();
    const auto faults = rollups.end({.records = whole, .adjustments = adjustments_whole_});
    if (!faults) return faults.error();
    add(*faults);
    return {};
  }

  Result<void> read_records(LedgerSnapshot& snapshot, RollupCheck& rollups) {
    return snapshot.for_each({}, [&](const LedgerSnapshot::Entry& entry) {
      rollups.add(entry.sequence, entry.payload);
      const auto record = decode_record(entry.payload);
      if (!record) {
        add({"the record " + std::to_string(entry.sequence) + " cannot be understood"});
        return;
      }
      ++out_.records;
      out_.awaiting += entry.sequence == 0 && !record->follow_path.empty() ? 1 : 0;
    });
  }

  Result<void> check_adjustments() {
    const Result<bool> any = has_adjustments(database_);
    if (!any || !*any) return any ? Result<void>() : any.error();
    Statement rows = database_.prepare(std::string("SELECT ") + kAdjustmentColumns +
                                       " FROM adjustments ORDER BY sequence");
    for (;;) {
      const Result<bool> row = rows.step();
      if (!row) return row.error();
      if (!*row) return {};
      if (read_adjustment(rows).damaged)
        add({"the adjustment " + std::to_string(rows.number(0)) + " is damaged"});
    }
  }

  Result<void> check_payloads(const Holder& holder) {
    Statement rows = database_.prepare(holder.select);
    for (;;) {
      const Result<bool> row = rows.step();
      if (!row) return row.error();
      if (!*row) return {};
      if (!decode_record(rows.text(1))) add({holder.what + rows.text(0) + " cannot be understood"});
    }
  }

  std::string path_;
  Database& database_;
  LedgerAudit out_;
  bool adjustments_whole_ = false;
};

}  // namespace

Result<LedgerAudit> audit(const std::string& path) {
  Result<Database> database = open_beside(path);
  if (!database) return database.error();
  return Audit(path, *database).run();
}

}  // namespace tollgate::ledger
