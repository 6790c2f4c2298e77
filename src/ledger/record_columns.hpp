// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "database.hpp"
#include "tollgate/usage/usage_record.hpp"

namespace tollgate::ledger {

/// A record as a row: the fields that queries look at are columns, and `payload` is the whole of it in its journal
/// form. Fifty columns cost three times that, for each record (docs/adr/0006-journal-and-sqlite.md).
struct RecordColumns {
  std::string names;   ///< "a, b, payload"
  std::string marks;   ///< "?, ?, ?"
  std::string schema;  ///< "a TEXT,\nb INTEGER,\npayload BLOB,\n"
  int count = 0;
};
const RecordColumns& record_columns();

/// Binds a record to a statement's parameters from `first` on, in record_columns()' order, without copying: record, payload
/// (its journal form) and binder must outlive the statement's run.
class RecordBinder {
 public:
  explicit RecordBinder(Statement& statement, int first = 1)
      : statement_(statement), first_(first) {}

  void bind(const usage::UsageRecord& record, std::string_view payload);
  /// The first parameter behind those that were bound.
  int next() const { return first_ + record_columns().count; }

 private:
  Statement& statement_;
  int first_;
  std::string id_;
};

/// The record in the columns from `first_column` on, which were selected by record_columns().names. Of a payload that
/// is no record the columns are left: who, what and how many tokens.
usage::UsageRecord read_record(const Statement& row, int first_column);

}  // namespace tollgate::ledger
