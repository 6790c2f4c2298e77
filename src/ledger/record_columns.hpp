// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "database.hpp"
#include "tollgate/usage/usage_record.hpp"

namespace tollgate::ledger {

/// A record's fields as SQL writes them, in the order of visit_fields.
struct RecordColumns {
  std::string names;   ///< "a, b"
  std::string marks;   ///< "?, ?"
  std::string schema;  ///< "a TEXT,\nb INTEGER,\n"
};
RecordColumns record_columns();

/// Binds a record's fields to a statement's first parameters, for visit_fields; without copying its text: record
/// and binder must outlive the statement's run.
class RecordBinder {
 public:
  explicit RecordBinder(Statement& statement) : statement_(statement) {}

  template <class Value>
  void operator()(int number, const char*, const Value& value) {
    bind(number, value);
  }

 private:
  void bind(int i, const std::string& value) { statement_.bind_view(i, value); }
  void bind(int i, const Uuid& value) { statement_.bind_view(i, id_ = value.to_string()); }
  void bind(int i, const UtcTime& value) { statement_.bind(i, to_unix_micros(value)); }
  void bind(int i, usage::Outcome value) { statement_.bind_view(i, to_string(value)); }
  void bind(int i, usage::UsageBasis value) { statement_.bind_view(i, to_string(value)); }
  void bind(int i, const std::map<std::string, std::string>& value) {
    usage::append_json(tags_, value);
    statement_.bind_view(i, tags_);
  }
  void bind(int i, const std::vector<usage::Attempt>& value) {
    usage::append_json(attempts_, value);
    statement_.bind_view(i, attempts_);
  }
  template <class T>
  requires std::is_integral_v<T>
  void bind(int i, T value) { statement_.bind(i, static_cast<std::int64_t>(value)); }
  template <class T>
  void bind(int i, const std::optional<T>& value) {
    if (value) {
      statement_.bind(i, *value);
    } else {
      statement_.bind_null(i);
    }
  }

  Statement& statement_;
  std::string id_;
  std::string tags_;
  std::string attempts_;
};

/// The record in the columns from `first_column` on, which were selected by record_columns().names.
usage::UsageRecord read_record(const Statement& row, int first_column);

}  // namespace tollgate::ledger
