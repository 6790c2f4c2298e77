// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

#include "record_columns.hpp"
#include "record_table.hpp"
#include "recovery.hpp"
#include "tollgate/ledger/ledger.hpp"

namespace tollgate::ledger {
namespace {

/// Grouping names of reports and what they are in SQL. The seed's query groups by ip and model.
constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kGroups{{
    {"client", "client_name"},
    {"model", "model"},
    {"ip", "caller_ip_address"},
    {"deployment", "backend_deployment"},
    {"backend", "backend"},
    {"operation", "operation_id"},
    {"day", "date(event_time / 1000000, 'unixepoch')"},
}};

Result<std::string> group_list(std::span<const std::string> by) {
  std::string out;
  for (const std::string& name : by) {
    const auto found = std::find_if(kGroups.begin(), kGroups.end(),
                                    [&](const auto& group) { return group.first == name; });
    if (found == kGroups.end()) {
      return Error{Errc::invalid_input,
                   "cannot group by " + name +
                       ": use client, model, ip, deployment, backend, operation or day"};
    }
    out.append(out.empty() ? "" : ", ").append(found->second);
  }
  if (out.empty()) return Error{Errc::invalid_input, "nothing to group by"};
  return out;
}

/// Records of the journals that the table does not have. Asked with each query: a running gateway moves them
/// there meanwhile.
constexpr const char* kJournalOnly =
    " FROM temp.extra AS e WHERE NOT EXISTS "
    "(SELECT 1 FROM main.records AS r WHERE r.record_id = e.record_id)";

class SqliteLedgerReader : public LedgerReader {
 public:
  SqliteLedgerReader(Database database, std::string directory)
      : database_(std::move(database)), directory_(std::move(directory)) {}

  /// Closed records that stand in journals, put where queries see them beside the others.
  Result<void> load_journals() {
    const Result<void> made = database_.execute(
        "CREATE TEMP TABLE extra AS SELECT " + record_columns().names +
        " FROM records WHERE 0; CREATE UNIQUE INDEX temp.extra_id ON extra (record_id)");
    if (!made) return made;
    for (const std::string& path : list_segments(directory_)) {
      read_segment_file(path, [&](EntryType type, const usage::UsageRecord& record) {
        if (type == EntryType::close) journal_.push_back(record);
      });
    }
    for (const usage::UsageRecord& record : journal_) {
      const Result<void> inserted = insert_into(database_, "temp.extra", record);
      if (!inserted) return inserted;
    }
    return {};
  }

  Result<std::vector<UsageRow>> usage(std::span<const std::string> by,
                                      std::optional<UtcTime> since) override {
    const Result<std::string> groups = group_list(by);
    if (!groups) return groups.error();
    Statement statement = database_.prepare(
        "SELECT " + *groups +
        ", COUNT(*), TOTAL(prompt_tokens), TOTAL(completion_tokens), TOTAL(total_tokens), "
        "AVG(total_tokens), SUM(total_tokens IS NULL), SUM(usage_basis IN ('estimated', "
        "'partial')) "
        "FROM (SELECT * FROM (SELECT " +
        record_columns().names + " FROM main.records UNION ALL SELECT " + record_columns().names +
        kJournalOnly + ")) WHERE event_time >= ? GROUP BY " + *groups + " ORDER BY " + *groups);
    statement.bind(1, since ? to_unix_micros(*since) : std::int64_t{0});
    std::vector<UsageRow> out;
    for (;;) {
      const Result<bool> row = statement.step();
      if (!row) return row.error();
      if (!*row) return out;
      out.push_back(read_row(statement, static_cast<int>(by.size())));
    }
  }

  Result<void> for_each(std::optional<UtcTime> since,
                        const std::function<void(const StoredRecord&, DeliveryState,
                                                 const std::string& reason)>& visit) override {
    Statement statement =
        database_.prepare("SELECT sequence, state, quarantine_reason, " + record_columns().names +
                          " FROM main.records WHERE event_time >= ?1 UNION ALL SELECT 0, 0, '', " +
                          record_columns().names + kJournalOnly +
                          " AND event_time >= ?1 ORDER BY event_time, record_id");
    statement.bind(1, since ? to_unix_micros(*since) : std::int64_t{0});
    for (;;) {
      const Result<bool> row = statement.step();
      if (!row) return row.error();
      if (!*row) return {};
      const StoredRecord stored{statement.number(0), read_record(statement, 3)};
      const bool awaits = stored.sequence == 0 && !stored.record.follow_path.empty();
      visit(stored,
            awaits ? DeliveryState::awaiting : static_cast<DeliveryState>(statement.number(1)),
            statement.text(2));
    }
  }

 private:
  static UsageRow read_row(const Statement& row, int keys) {
    UsageRow out;
    for (int i = 0; i < keys; ++i) out.keys.push_back(row.text(i));
    out.operations = row.number(keys);
    out.prompt_tokens = row.number(keys + 1);
    out.completion_tokens = row.number(keys + 2);
    out.total_tokens = row.number(keys + 3);
    if (!row.is_null(keys + 4)) out.average_total_tokens = row.real(keys + 4);
    out.without_usage = row.number(keys + 5);
    out.estimated = row.number(keys + 6);
    return out;
  }

  Database database_;
  std::string directory_;
  std::vector<usage::UsageRecord> journal_;
};

}  // namespace

Result<std::unique_ptr<LedgerReader>> LedgerReader::open(const std::string& path) {
  if (!std::filesystem::exists(path))
    return Error{Errc::not_found, "there is no ledger at " + path};
  // Not SQLite's read-only mode: a reader of a write-ahead log must be able to map its index.
  Result<Database> database = Database::open(path);
  if (!database) return database.error();
  const Result<std::int64_t> version = RecordTable::version(*database);
  if (!version) return version.error();
  if (*version != RecordTable::kSchemaVersion) {
    return Error{Errc::storage,
                 path + " was written by another version of Tollgate: its gateway's own reads it"};
  }
  auto reader = std::make_unique<SqliteLedgerReader>(std::move(*database), path + ".journal");
  const Result<void> loaded = reader->load_journals();
  if (!loaded) return loaded.error();
  return std::unique_ptr<LedgerReader>(std::move(reader));
}

}  // namespace tollgate::ledger
