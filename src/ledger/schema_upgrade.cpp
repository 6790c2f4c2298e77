// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "schema_upgrade.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include <nlohmann/json.hpp>

#include "block.hpp"
#include "delivery_table.hpp"
#include "record_codec.hpp"
#include "schema.hpp"
#include "tollgate/usage/reasons.hpp"
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
  void get(int, usage::AuditLevel&) {}  // version 2 had no such columns
  void get(int, usage::CostBasis&) {}
  void get(int, std::vector<usage::CostComponent>&) {}
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

/// What versions 1 to 3 wrote into `state`.
enum class EarlierState : std::int64_t { queued = 0, delivered = 1, quarantined = 2, awaiting = 3 };

std::string number(EarlierState state) { return std::to_string(static_cast<std::int64_t>(state)); }

constexpr const char* kColumnsOfVersion3 =
    "record_id, event_time, client_name, caller_ip_address, operation_id, backend, "
    "backend_deployment, model, prompt_tokens, completion_tokens, total_tokens, usage_basis, "
    "payload";

/// Of a payload that cannot be read the columns are left: who, what and how many tokens.
usage::UsageRecord read_version_3(const Statement& row, int first) {
  if (auto record = decode_record(row.text(first + 12))) return std::move(*record);
  const auto count = [&](int i) {
    return row.is_null(first + i) ? std::nullopt : std::optional(row.number(first + i));
  };
  usage::UsageRecord out;
  out.record_id = Uuid::parse(row.text(first)).value_or(Uuid{});
  out.event_time = from_unix_micros(row.number(first + 1));
  out.client_name = row.text(first + 2);
  out.caller_ip_address = row.text(first + 3);
  out.operation_id = row.text(first + 4);
  out.backend = row.text(first + 5);
  out.backend_deployment = row.text(first + 6);
  out.model = row.text(first + 7);
  out.tokens.prompt = count(8);
  out.tokens.completion = count(9);
  out.tokens.total = count(10);
  out.usage_basis =
      usage::basis_from_string(row.text(first + 11)).value_or(usage::UsageBasis::none);
  out.usage_reason = usage::reason::kRecordDamaged;
  return out;
}

class Mover {
 public:
  Mover(Database& database, std::int64_t version)
      : database_(database),
        version_(version),
        insert_(database.prepare("INSERT INTO blocks VALUES (?, ?, ?, ?, ?, ?, ?)")) {}

  Result<void> run() {
    Result<void> done = find_next();
    if (done) done = move(EarlierState::delivered, " IN (1, 2)");
    if (done) done = write_block();
    if (done) done = write_cursor();
    if (done) done = move(EarlierState::queued, " = " + number(EarlierState::queued));
    if (done) done = write_block();
    if (done) done = move(EarlierState::awaiting, " = " + number(EarlierState::awaiting));
    return done;
  }

 private:
  /// Sequences go on behind the last one that was ever given.
  Result<void> find_next() {
    Statement last = database_.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'records'");
    const Result<bool> row = last.step();
    if (!row) return row.error();
    if (*row) next_ = last.number(0) + 1;
    return {};
  }

  Result<void> move(EarlierState to, const std::string& states) {
    constexpr int kRecord = 3;
    Statement rows =
        database_.prepare("SELECT state, quarantine_reason, settled_at, " +
                          (version_ < 3 ? names_of_version_2() : std::string(kColumnsOfVersion3)) +
                          " FROM records WHERE state" + states + " ORDER BY sequence");
    for (;;) {
      const Result<bool> row = rows.step();
      if (!row) return row.error();
      if (!*row) return {};
      usage::UsageRecord record;
      if (version_ < 3) {
        visit_fields(RowReader(rows, kRecord), record);
      } else {
        record = read_version_3(rows, kRecord);
      }
      payload_.clear();
      encode_record(record, payload_);
      Result<void> done = to == EarlierState::awaiting ? let_await(record) : add(record);
      if (done && rows.number(0) == static_cast<std::int64_t>(EarlierState::quarantined)) {
        done = quarantine(rows.text(1), rows.number(2));
      }
      if (!done) return done;
    }
  }

  Result<void> add(const usage::UsageRecord& record) {
    block_.add(payload_, to_unix_micros(record.event_time));
    return block_.full() ? write_block() : Result<void>();
  }

  Result<void> write_block() {
    if (block_.empty()) return {};
    insert_.bind(1, next_);
    insert_.bind(2, static_cast<std::int64_t>(block_.count()));
    insert_.bind(3, block_.first_time());
    insert_.bind(4, block_.last_time());
    insert_.bind(5, block_.last_time());
    insert_.bind_bytes(6, block_.ends());
    insert_.bind_bytes(7, block_.entries());
    next_ += block_.count();
    block_.clear();
    return insert_.run();
  }

  Result<void> write_cursor() {
    Statement insert = database_.prepare(
        R"(INSERT INTO cursors (exporter, position, given_up, active, required)
           SELECT ?, ?, 0, 0, 1 WHERE EXISTS (SELECT 1 FROM records))");
    insert.bind(1, std::string_view(kEarlierExporter));
    insert.bind(2, next_ - 1);
    return insert.run();
  }

  Result<void> quarantine(const std::string& reason, std::int64_t since) {
    Statement insert = database_.prepare("INSERT INTO exceptions VALUES (?, ?, ?, ?, ?, ?)");
    insert.bind(1, std::string_view(kEarlierExporter));
    insert.bind(2, next_ + static_cast<std::int64_t>(block_.count()) - 1);
    insert.bind(3, static_cast<std::int64_t>(ExceptionKind::quarantined));
    insert.bind(4, std::string_view(reason));
    insert.bind(5, since);
    insert.bind_bytes(6, payload_);
    return insert.run();
  }

  Result<void> let_await(const usage::UsageRecord& record) {
    Statement insert = database_.prepare("INSERT INTO awaiting (record_id, payload) VALUES (?, ?)");
    insert.bind(1, std::string_view(record.record_id.to_string()));
    insert.bind_bytes(2, payload_);
    return insert.run();
  }

  Database& database_;
  std::int64_t version_;
  Statement insert_;
  BlockBuilder block_;
  std::string payload_;
  std::int64_t next_ = 1;  ///< the sequence of the next block's first record
};

}  // namespace

Result<void> upgrade_from_1(Database& database, const std::string& objects_schema) {
  return database.execute(
      "ALTER TABLE records ADD COLUMN response_id TEXT NOT NULL DEFAULT '';"
      "ALTER TABLE records ADD COLUMN follow_path TEXT NOT NULL DEFAULT '';"
      "ALTER TABLE records ADD COLUMN stored_objects TEXT NOT NULL DEFAULT '';" +
      objects_schema);
}

Result<void> move_records(Database& database, std::int64_t version) {
  const Result<void> moved = Mover(database, version).run();
  if (!moved) return moved;
  // Segments of that program may hold records that it had already put into its table.
  const Result<void> noted = write_counter(database, Counter::tables_may_hold_journal_records_since,
                                           to_unix_micros(std::chrono::system_clock::now()));
  if (!noted) return noted;
  return database.execute("DROP TABLE records");
}

}  // namespace tollgate::ledger
