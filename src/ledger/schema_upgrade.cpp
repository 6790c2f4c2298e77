// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "schema_upgrade.hpp"

#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include <nlohmann/json.hpp>

#include "record_codec.hpp"
#include "record_columns.hpp"
#include "tollgate/usage/record_fields.hpp"

namespace tollgate::ledger {
namespace {

using nlohmann::json;
using usage::Attempt;
using Tags = std::map<std::string, std::string>;

/// Version 2 had a column for each of these fields, stored_objects as a text.
bool is_in_version_2(const usage::RecordField& field) {
  return field.number < usage::kStoredObjectsAsText || field.name == "stored_objects";
}

std::string names_of_version_2() {
  std::string out;
  const usage::UsageRecord record;
  visit_fields(
      [&](const usage::RecordField& field, const auto&) {
        if (is_in_version_2(field)) out.append(out.empty() ? "" : ", ").append(field.name);
      },
      record);
  return out;
}

class RowReader {
 public:
  RowReader(const Statement& row, int first) : row_(row), column_(first) {}

  template <class Value>
  void operator()(const usage::RecordField& field, Value& value) {
    if (is_in_version_2(field)) get(column_++, value);
  }

 private:
  void get(int i, std::string& value) { value = row_.text(i); }
  void get(int i, std::vector<std::string>& ids) { ids = usage::ids_in(row_.text(i)); }
  void get(int i, Uuid& value) { value = Uuid::parse(row_.text(i)).value_or(Uuid{}); }
  void get(int i, UtcTime& value) { value = from_unix_micros(row_.number(i)); }
  void get(int i, usage::Outcome& value) {
    value = usage::outcome_from_string(row_.text(i)).value_or(usage::Outcome::interrupted);
  }
  void get(int i, usage::UsageBasis& value) {
    value = usage::basis_from_string(row_.text(i)).value_or(usage::UsageBasis::none);
  }
  void get(int i, Tags& value) {
    const json parsed = json::parse(row_.text(i), nullptr, false);
    if (parsed.is_object()) value = parsed.get<Tags>();
  }
  void get(int i, std::vector<Attempt>& value) {
    const json parsed = json::parse(row_.text(i), nullptr, false);
    if (!parsed.is_array()) return;
    for (const json& entry : parsed) {
      Attempt& attempt = value.emplace_back();
      attempt.backend = entry.value("Backend", "");
      attempt.deployment = entry.value("Deployment", "");
      attempt.status = entry.value("Status", 0);
      attempt.duration_ms = entry.value("DurationMs", std::int64_t{0});
      attempt.error = entry.value("Error", "");
      attempt.region = entry.value("Region", "");
      attempt.tier = entry.value("Tier", "");
      const auto retry_after = entry.find("RetryAfterMs");
      if (retry_after != entry.end() && retry_after->is_number())
        attempt.retry_after_ms = *retry_after;
      attempt.sent = entry.value("Sent", false);
    }
  }
  template <class T>
  requires std::is_integral_v<T>
  void get(int i, T& value) { value = static_cast<T>(row_.number(i)); }
  void get(int i, std::optional<std::int64_t>& value) {
    if (!row_.is_null(i)) value = row_.number(i);
  }
  void get(int i, std::optional<double>& value) {
    if (!row_.is_null(i)) value = row_.real(i);
  }

  const Statement& row_;
  int column_;
};

Result<void> copy_records(Database& database) {
  constexpr int kRecord = 4;
  Statement rows = database.prepare("SELECT sequence, state, quarantine_reason, settled_at, " +
                                    names_of_version_2() + " FROM records_2 ORDER BY sequence");
  const RecordColumns& columns = record_columns();
  Statement insert = database.prepare("INSERT INTO records (" + columns.names +
                                      ", sequence, state, quarantine_reason, settled_at) VALUES (" +
                                      columns.marks + ", ?, ?, ?, ?)");
  std::string payload;
  for (;;) {
    const Result<bool> row = rows.step();
    if (!row) return row.error();
    if (!*row) return {};
    usage::UsageRecord record;
    visit_fields(RowReader(rows, kRecord), record);
    payload.clear();
    encode_record(record, payload);
    RecordBinder binder(insert);
    binder.bind(record, payload);
    insert.bind(columns.count + 1, rows.number(0));
    insert.bind(columns.count + 2, rows.number(1));
    insert.bind(columns.count + 3, std::string_view(rows.text(2)));
    if (!rows.is_null(3)) insert.bind(columns.count + 4, rows.number(3));
    const Result<void> done = insert.run();
    if (!done) return done;
  }
}

}  // namespace

Result<void> upgrade_from_1(Database& database, const std::string& objects_schema) {
  return database.execute(
      "ALTER TABLE records ADD COLUMN response_id TEXT NOT NULL DEFAULT '';"
      "ALTER TABLE records ADD COLUMN follow_path TEXT NOT NULL DEFAULT '';"
      "ALTER TABLE records ADD COLUMN stored_objects TEXT NOT NULL DEFAULT '';" +
      objects_schema);
}

Result<void> upgrade_from_2(Database& database, const std::string& records_schema) {
  Result<void> done = database.execute(
      "DROP INDEX records_by_id; DROP INDEX records_queued; DROP INDEX IF EXISTS records_awaiting;"
      "DROP INDEX records_settled; DROP INDEX records_by_time;"
      "ALTER TABLE records RENAME TO records_2;" +
      records_schema);
  if (done) done = copy_records(database);
  if (!done) return done;
  // The last sequence ever given outlives its record: it is never given again.
  return database.execute(
      "DELETE FROM sqlite_sequence WHERE name = 'records';"
      "INSERT INTO sqlite_sequence SELECT 'records', seq FROM sqlite_sequence WHERE name = "
      "'records_2';"
      "DROP TABLE records_2;");
}

}  // namespace tollgate::ledger
