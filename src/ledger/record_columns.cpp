// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "record_columns.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <type_traits>
#include <utility>

#include "record_codec.hpp"
#include "record_fields.hpp"
#include "tollgate/usage/reasons.hpp"

namespace tollgate::ledger {
namespace {

/// What reports group and sum by (ledger_reader.cpp), what tells records apart, and their order in time.
constexpr std::array<std::string_view, 12> kColumns{
    "record_id",     "event_time",        "client_name",        "caller_ip_address",
    "operation_id",  "backend",           "backend_deployment", "model",
    "prompt_tokens", "completion_tokens", "total_tokens",       "usage_basis"};

bool is_column(std::string_view name) {
  return std::find(kColumns.begin(), kColumns.end(), name) != kColumns.end();
}

/// Which of the fields are columns, by number: names are compared once.
const std::array<bool, kFieldCount>& column_fields() {
  static const auto numbers = [] {
    std::array<bool, kFieldCount> out{};
    const usage::UsageRecord record;
    visit_fields([&](int number, const char* name,
                     const auto&) { out[static_cast<std::size_t>(number)] = is_column(name); },
                 record);
    return out;
  }();
  return numbers;
}

template <class T>
constexpr bool kIsNumber = std::is_same_v<T, UtcTime> || std::is_integral_v<T> ||
                           std::is_same_v<T, std::optional<std::int64_t>>;

RecordColumns make_record_columns() {
  RecordColumns out;
  const auto add = [&](const char* name, const char* type) {
    out.names.append(out.names.empty() ? "" : ", ").append(name);
    out.marks.append(out.marks.empty() ? "?" : ", ?");
    out.schema.append(name).append(" ").append(type).append(",\n");
    ++out.count;
  };
  const usage::UsageRecord record;
  visit_fields(
      [&]<class Value>(int, const char* name, const Value&) {
        if (is_column(name)) add(name, kIsNumber<Value> ? "INTEGER" : "TEXT");
      },
      record);
  add("payload", "BLOB");
  return out;
}

class ColumnBinder {
 public:
  ColumnBinder(Statement& statement, int first, std::string& id)
      : statement_(statement), id_(id), parameter_(first) {}

  template <class Value>
  void operator()(int number, const char*, const Value& value) {
    if (is_column_[static_cast<std::size_t>(number)]) bind(parameter_++, value);
  }
  int next() const { return parameter_; }

 private:
  void bind(int i, const std::string& value) { statement_.bind_view(i, value); }
  void bind(int i, const Uuid& value) { statement_.bind_view(i, id_ = value.to_string()); }
  void bind(int i, const UtcTime& value) { statement_.bind(i, to_unix_micros(value)); }
  void bind(int i, usage::UsageBasis value) { statement_.bind_view(i, to_string(value)); }
  void bind(int i, const std::optional<std::int64_t>& value) {
    if (value) {
      statement_.bind(i, *value);
    } else {
      statement_.bind_null(i);
    }
  }
  template <class Other>
  void bind(int, const Other&) {}  // of a kind that no column has

  const std::array<bool, kFieldCount>& is_column_ = column_fields();
  Statement& statement_;
  std::string& id_;
  int parameter_;
};

class ColumnReader {
 public:
  ColumnReader(const Statement& row, int first) : row_(row), column_(first) {}

  template <class Value>
  void operator()(int number, const char*, Value& value) {
    if (column_fields()[static_cast<std::size_t>(number)]) get(column_++, value);
  }

 private:
  void get(int i, std::string& value) { value = row_.text(i); }
  void get(int i, Uuid& value) { value = Uuid::parse(row_.text(i)).value_or(Uuid{}); }
  void get(int i, UtcTime& value) { value = from_unix_micros(row_.number(i)); }
  void get(int i, usage::UsageBasis& value) {
    value = usage::basis_from_string(row_.text(i)).value_or(usage::UsageBasis::none);
  }
  void get(int i, std::optional<std::int64_t>& value) {
    if (!row_.is_null(i)) value = row_.number(i);
  }
  template <class Other>
  void get(int, Other&) {}

  const Statement& row_;
  int column_;
};

}  // namespace

const RecordColumns& record_columns() {
  static const RecordColumns columns = make_record_columns();
  return columns;
}

void RecordBinder::bind(const usage::UsageRecord& record, std::string_view payload) {
  ColumnBinder binder(statement_, first_, id_);
  visit_fields(binder, record);
  statement_.bind_bytes_view(binder.next(), payload);
}

usage::UsageRecord read_record(const Statement& row, int first_column) {
  const int payload = first_column + record_columns().count - 1;
  if (auto record = decode_record(row.text(payload))) return std::move(*record);
  usage::UsageRecord record;
  visit_fields(ColumnReader(row, first_column), record);
  record.usage_reason = usage::reason::kRecordDamaged;
  return record;
}

}  // namespace tollgate::ledger
