// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <unistd.h>

#include <filesystem>
#include <system_error>

#include "data_keys.hpp"
#include "tollgate/base/file_fault.hpp"
#include "tollgate/storage/database_file.hpp"
#include "tollgate/storage/lock_file.hpp"
#include "tollgate/trail/audit_desk.hpp"
#include "trail_database.hpp"
#include "trail_marks.hpp"
#include "trail_schema.hpp"

// What is asked of a trail without opening it as a desk.
namespace tollgate::trail {

using storage::Database;

namespace {

/// There is one, and this user may write to it: SQLite does so to read it. What else may be in its
/// place is told where paths are looked at.
bool may_be_opened(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(path, ignored) &&
         storage::look_at_database_file(path) == storage::DatabaseFile::there &&
         ::access(path.c_str(), R_OK | W_OK) == 0;
}

}  // namespace

std::optional<std::string> AuditDesk::in_way(const StoreSettings& settings) {
  if (auto what = storage::in_way_of_database(settings.path)) return what;
  const std::string lock = storage::lock_path(settings.path);
  if (const auto other = other_than_file(lock)) return lock + " " + *other;
  return marks_of(settings).in_way();
}

Result<void> AuditDesk::check_keys(const std::string& path, const MasterKeys& masters) {
  if (!may_be_opened(path)) return {};
  Result<Database> database = Database::open(path);
  if (!database) return database.error();
  const Result<void> checked = DataKeys(*database, masters).check_masters();
  if (!checked) return with_trail_advice(checked.error(), path);
  return {};
}

Result<void> AuditDesk::check_marks(const StoreSettings& settings) {
  if (!may_be_opened(settings.path)) return {};
  Result<Database> database = Database::open(settings.path);
  if (!database) return database.error();
  return trail::check_marks(*database, marks_of(settings), settings.path);
}

Result<std::string> AuditDesk::key_faults(const std::string& path, const MasterKeys& masters) {
  if (!may_be_opened(path)) return std::string();
  Result<Database> database = Database::open(path);
  if (!database) return database.error();
  const Result<bool> tells = marks_erasures(*database);
  if (!tells) return tells.error();
  if (!*tells) return std::string();
  DataKeys keys(*database, masters);
  const Result<void> inspected = keys.inspect_all();
  if (!inspected) return inspected.error();
  return keys.faults().describe();
}

}  // namespace tollgate::trail
