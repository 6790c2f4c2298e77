// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <utility>

#include "ledger_snapshot.hpp"
#include "record_store.hpp"
#include "schema.hpp"
#include "tollgate/ledger/ledger.hpp"

namespace tollgate::ledger {
namespace {

using usage::UsageRecord;

/// Grouping names of reports and what they are of a record.
struct Group {
  std::string_view name;
  std::string (*value)(const UsageRecord&);
};
constexpr std::array<Group, 7> kGroups{{
    {"client", [](const UsageRecord& r) { return r.client_name; }},
    {"model", [](const UsageRecord& r) { return r.model; }},
    {"ip", [](const UsageRecord& r) { return r.caller_ip_address; }},
    {"deployment", [](const UsageRecord& r) { return r.backend_deployment; }},
    {"backend", [](const UsageRecord& r) { return r.backend; }},
    {"operation", [](const UsageRecord& r) { return r.operation_id; }},
    {"day", [](const UsageRecord& r) { return to_rfc3339(r.event_time).substr(0, 10); }},
}};

Result<std::vector<const Group*>> groups_of(std::span<const std::string> by) {
  std::vector<const Group*> out;
  for (const std::string& name : by) {
    const auto* const found = std::find_if(kGroups.begin(), kGroups.end(),
                                           [&](const Group& group) { return group.name == name; });
    if (found == kGroups.end()) {
      return Error{Errc::invalid_input,
                   "cannot group by " + name +
                       ": use client, model, ip, deployment, backend, operation or day"};
    }
    out.push_back(found);
  }
  if (out.empty()) return Error{Errc::invalid_input, "nothing to group by"};
  return out;
}

void add_to(UsageRow& row, const UsageRecord& record) {
  ++row.operations;
  row.prompt_tokens += record.tokens.prompt.value_or(0);
  row.completion_tokens += record.tokens.completion.value_or(0);
  row.total_tokens += record.tokens.total.value_or(0);
  if (!record.tokens.total) ++row.without_usage;
  const bool estimated = record.usage_basis == usage::UsageBasis::estimated ||
                         record.usage_basis == usage::UsageBasis::partial;
  if (estimated) ++row.estimated;
}

class SqliteLedgerReader : public LedgerReader {
 public:
  SqliteLedgerReader(Database database, std::vector<JournalRecord> journals)
      : database_(std::move(database)), journals_(std::move(journals)) {}

  Result<std::vector<UsageRow>> usage(std::span<const std::string> by,
                                      std::optional<UtcTime> since) override {
    const Result<std::vector<const Group*>> groups = groups_of(by);
    if (!groups) return groups.error();
    std::map<std::vector<std::string>, UsageRow> rows;
    std::vector<std::string> keys(groups->size());
    LedgerSnapshot snapshot(database_, journals_);
    Result<void> done = snapshot.take();
    if (!done) return done.error();
    done = snapshot.for_each(since, [&](const LedgerSnapshot::Entry& entry) {
      const UsageRecord record = read_payload(entry.payload);
      if (since && record.event_time < *since) return;
      for (std::size_t i = 0; i < keys.size(); ++i) keys[i] = (*groups)[i]->value(record);
      add_to(rows[keys], record);
    });
    if (!done) return done.error();
    std::vector<UsageRow> out;
    for (auto& [key, row] : rows) {
      row.keys = key;
      const std::int64_t known = row.operations - row.without_usage;
      if (known > 0) {
        row.average_total_tokens =
            static_cast<double>(row.total_tokens) / static_cast<double>(known);
      }
      out.push_back(std::move(row));
    }
    return out;
  }

  Result<void> for_each(std::optional<UtcTime> since,
                        const std::function<void(const StoredRecord&, RecordState,
                                                 const std::string& reason)>& visit) override {
    LedgerSnapshot snapshot(database_, journals_);
    const Result<void> taken = snapshot.take();
    if (!taken) return taken;
    return snapshot.for_each_by_time(since, [&](const LedgerSnapshot::Entry& entry) {
      const StoredRecord stored{entry.sequence, read_payload(entry.payload)};
      if (since && stored.record.event_time < *since) return;
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
