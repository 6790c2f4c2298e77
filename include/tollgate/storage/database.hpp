// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "tollgate/base/error.hpp"

namespace tollgate::storage {

/// One prepared statement. Used by the thread that uses its database.
class Statement {
 public:
  /// `failure`: told the result code of each failure; it outlives this.
  Statement(sqlite3* database, const std::string& sql, int& failure);

  void bind(int index, std::string_view text);
  /// Without a copy: the text must stay where it is until the statement has run.
  void bind_view(int index, std::string_view text);
  void bind(int index, std::int64_t number);
  void bind(int index, double number);
  void bind_null(int index);
  void bind_bytes(int index, std::string_view bytes);
  /// As bind_view.
  void bind_bytes_view(int index, std::string_view bytes);
  /// A column of another statement's row, as it is.
  void bind_value(int index, const Statement& row, int column);

  /// True: a row is there; false: done. Error storage.
  Result<bool> step();
  /// For statements that return no row; resets.
  Result<void> run();
  void reset();
  /// False: the text is none that SQLite can prepare; step() says why.
  bool prepared() const { return prepare_result_ == SQLITE_OK; }

  std::string text(int column) const;
  std::int64_t number(int column) const { return sqlite3_column_int64(statement_.get(), column); }
  double real(int column) const { return sqlite3_column_double(statement_.get(), column); }
  bool is_null(int column) const {
    return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
  }

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  Error failed(int result, const char* what) const;

  sqlite3* database_;
  int* failure_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  int prepare_result_ = SQLITE_OK;
};

/// A statement that its database keeps prepared, on loan: unbound at first, and reset when the loan
/// ends, so that no reading stays open. Ends before its database.
class LentStatement {
 public:
  /// `lent`: whether it is; false by now.
  LentStatement(Statement& statement, bool& lent) : statement_(&statement), lent_(&lent) {
    lent = true;
  }
  /// One of its own: that which is kept is on loan to somebody else.
  explicit LentStatement(Statement own) : own_(std::move(own)), statement_(&*own_) {}
  LentStatement(const LentStatement&) = delete;
  LentStatement& operator=(const LentStatement&) = delete;
  ~LentStatement() {
    statement_->reset();
    if (lent_ != nullptr) *lent_ = false;
  }
  Statement* operator->() { return statement_; }
  Statement& operator*() { return *statement_; }

 private:
  std::optional<Statement> own_;
  Statement* statement_;
  bool* lent_ = nullptr;
};

/// A SQLite connection.
class Database {
 public:
  /// Creates the file when there is none. Error storage.
  static Result<Database> open(const std::string& path);

  /// Whether what needs the file waits for whoever holds it, for 10 s at most, as it does at first;
  /// or fails at once.
  void wait_for_others(bool wait);

  Result<void> execute(const std::string& sql);
  Statement prepare(const std::string& sql) { return Statement(handle_.get(), sql, *failure_); }
  /// The same, prepared once and kept: for the few texts that are needed over and over.
  LentStatement kept(const std::string& sql);
  std::int64_t changes() const { return sqlite3_changes(handle_.get()); }

  /// The result code (SQLite's primary ones) of what failed last, be it a statement or execute(),
  /// whatever has gone well since: what an Error of theirs says in words. SQLITE_OK: nothing has.
  int last_failure() const { return *failure_; }
  /// Whether that is no fault of the file: somebody else holds it, or there is no memory.
  bool last_failure_passes() const;

 private:
  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  };
  struct Kept {
    Statement statement;
    bool lent = false;
  };
  explicit Database(sqlite3* handle) : handle_(handle) {}
  std::unique_ptr<sqlite3, Close> handle_;
  std::unique_ptr<int> failure_ = std::make_unique<int>(SQLITE_OK);  ///< its statements tell it
  std::unordered_map<std::string, std::unique_ptr<Kept>> kept_;
};

/// BEGIN IMMEDIATE now; rolled back unless committed.
class Transaction {
 public:
  explicit Transaction(Database& database)
      : database_(database), begun_(database.kept("BEGIN IMMEDIATE")->run()) {}
  ~Transaction() {
    if (begun_ && !committed_) (void)database_.execute("ROLLBACK");
  }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  const Result<void>& begun() const { return begun_; }
  Result<void> commit() {
    const Result<void> done = database_.kept("COMMIT")->run();
    committed_ = done.has_value();
    return done;
  }

 private:
  Database& database_;
  Result<void> begun_;
  bool committed_ = false;
};

}  // namespace tollgate::storage
