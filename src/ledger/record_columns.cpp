// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "record_columns.hpp"

#include <optional>
#include <type_traits>
#include <utility>

#include "record_codec.hpp"
#include "tollgate/usage/reasons.hpp"
#include "tollgate/usage/record_fields.hpp"

namespace tollgate::ledger {
namespace {

using usage::Kept;
using usage::RecordField;

template <class T>
constexpr bool kIsNumber = std::is_same_v<T, UtcTime> || std::is_integral_v<T> ||
                           std::is_same_v<T, std::optional<std::int64_t>>;

RecordColumns make_record_columns() {
  RecordColumns out;
  const auto add = [&](std::string_view name, const char* type) {
    out.names.append(out.names.empty() ? "" : ", ").append(name);
    out.marks.append(out.marks.empty() ? "?" : ", ?");
    out.schema.append(name).append(" ").append(type).append(",\n");
    ++out.count;
  };
  const usage::UsageRecord record;
  visit_fields(
      [&]<class Value>(const RecordField& field, const Value&) {
        if (field.kept == Kept::column) add(field.name, kIsNumber<Value> ? "INTEGER" : "TEXT");
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
  void operator()(const RecordField& field, const Value& value) {
    if (field.kept == Kept::column) bind(parameter_++, value);
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

  Statement& statement_;
  std::string& id_;
  int parameter_;
};

class ColumnReader {
 public:
  ColumnReader(const Statement& row, int first) : row_(row), column_(first) {}

  template <class Value>
  void operator()(const RecordField& field, Value& value) {
    if (field.kept == Kept::column) get(column_++, value);
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
