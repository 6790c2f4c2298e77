// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "record_columns.hpp"

#include <nlohmann/json.hpp>

#include "record_fields.hpp"

namespace tollgate::ledger {
namespace {

using nlohmann::json;
using usage::Attempt;
using Tags = std::map<std::string, std::string>;

template <class T>
constexpr bool is_number = std::is_same_v<T, UtcTime> || std::is_integral_v<T> ||
                           std::is_same_v<T, std::optional<std::int64_t>>;

class ColumnWriter {
 public:
  template <class Value>
  void operator()(int, const char* name, const Value&) {
    const bool real = std::is_same_v<Value, std::optional<double>>;
    out.names.append(out.names.empty() ? "" : ", ").append(name);
    out.marks.append(out.marks.empty() ? "?" : ", ?");
    out.schema.append(name)
        .append(real               ? " REAL"
                : is_number<Value> ? " INTEGER"
                                   : " TEXT")
        .append(",\n");
  }
  RecordColumns out;
};

class RowReader {
 public:
  RowReader(const Statement& row, int first) : row_(row), first_(first) {}

  template <class Value>
  void operator()(int number, const char*, Value& value) {
    get(first_ + number - 1, value);
  }

 private:
  void get(int i, std::string& value) { value = row_.text(i); }
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
  int first_;
};

}  // namespace

RecordColumns record_columns() {
  ColumnWriter writer;
  const usage::UsageRecord record;
  visit_fields(writer, record);
  return writer.out;
}

usage::UsageRecord read_record(const Statement& row, int first_column) {
  usage::UsageRecord record;
  visit_fields(RowReader(row, first_column), record);
  return record;
}

}  // namespace tollgate::ledger
