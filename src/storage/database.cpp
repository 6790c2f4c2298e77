// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/storage/database.hpp"

#include "sqlite_start.hpp"
#include "tollgate/storage/database_file.hpp"

namespace tollgate::storage {
namespace {

constexpr int kBusyTimeoutMs = 10'000;

Error storage_error(sqlite3* handle, int result, const char* what, int& failure) {
  constexpr int kPrimary = 0xff;
  failure = result & kPrimary;
  return Error{Errc::storage, std::string(what) + ": " + sqlite3_errmsg(handle)};
}

}  // namespace

Statement::Statement(sqlite3* database, const std::string& sql, int& failure)
    : database_(database), failure_(&failure) {
  sqlite3_stmt* statement = nullptr;
  prepare_result_ = sqlite3_prepare_v2(database, sql.c_str(), static_cast<int>(sql.size()) + 1,
                                       &statement, nullptr);
  statement_.reset(statement);
}

void Statement::bind(int index, std::string_view text) {
  sqlite3_bind_text64(statement_.get(), index, text.data() == nullptr ? "" : text.data(),
                      text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

void Statement::bind_view(int index, std::string_view text) {
  sqlite3_bind_text64(statement_.get(), index, text.data() == nullptr ? "" : text.data(),
                      text.size(), SQLITE_STATIC, SQLITE_UTF8);
}

void Statement::bind(int index, std::int64_t number) {
  sqlite3_bind_int64(statement_.get(), index, number);
}

void Statement::bind(int index, double number) {
  sqlite3_bind_double(statement_.get(), index, number);
}

void Statement::bind_null(int index) { sqlite3_bind_null(statement_.get(), index); }

void Statement::bind_bytes(int index, std::string_view bytes) {
  sqlite3_bind_blob64(statement_.get(), index, bytes.data(), bytes.size(), SQLITE_TRANSIENT);
}

void Statement::bind_bytes_view(int index, std::string_view bytes) {
  sqlite3_bind_blob64(statement_.get(), index, bytes.data(), bytes.size(), SQLITE_STATIC);
}

void Statement::bind_value(int index, const Statement& row, int column) {
  sqlite3_bind_value(statement_.get(), index, sqlite3_column_value(row.statement_.get(), column));
}

Result<bool> Statement::step() {
  if (prepare_result_ != SQLITE_OK) return failed(prepare_result_, "cannot prepare a statement");
  const int result = sqlite3_step(statement_.get());
  if (result == SQLITE_ROW) return true;
  if (result == SQLITE_DONE) return false;
  return failed(result, "a statement failed");
}

Error Statement::failed(int result, const char* what) const {
  return storage_error(database_, result, what, *failure_);
}

Result<void> Statement::run() {
  const Result<bool> stepped = step();
  reset();
  if (!stepped) return stepped.error();
  return {};
}

void Statement::reset() {
  if (!statement_) return;  // it could not be prepared
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
}

std::string Statement::text(int column) const {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_.get(), column));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column));
  return data == nullptr ? std::string() : std::string(data, size);
}

Result<Database> Database::open(const std::string& path) {
  start_sqlite();
  sqlite3* handle = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  // A name that SQLite reads as something else than a file (":memory:") is a file all the same.
  const std::string file = path.starts_with('/') ? path : "./" + path;
  if (const auto other = other_than_database(file))
    return Error{Errc::storage, "cannot open " + path + ": " + *other + ", not a file"};
  const int result = sqlite3_open_v2(file.c_str(), &handle, flags, nullptr);
  Database out(handle);
  if (result != SQLITE_OK) {
    return Error{Errc::storage, "cannot open " + path + ": " + sqlite3_errstr(result)};
  }
  out.wait_for_others(true);
  return out;
}

void Database::wait_for_others(bool wait) {
  sqlite3_busy_timeout(handle_.get(), wait ? kBusyTimeoutMs : 0);
}

LentStatement Database::kept(const std::string& sql) {
  std::unique_ptr<Kept>& kept = kept_[sql];
  if (kept && kept->lent) return LentStatement(prepare(sql));
  if (!kept || !kept->statement.prepared()) kept = std::make_unique<Kept>(Kept{prepare(sql)});
  return {kept->statement, kept->lent};
}

Result<void> Database::execute(const std::string& sql) {
  const int result = sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (result != SQLITE_OK) return storage_error(handle_.get(), result, "SQLite", *failure_);
  return {};
}

bool Database::last_failure_passes() const {
  return *failure_ == SQLITE_BUSY || *failure_ == SQLITE_LOCKED || *failure_ == SQLITE_NOMEM;
}

}  // namespace tollgate::storage
