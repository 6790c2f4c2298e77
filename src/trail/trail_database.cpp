// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "trail_database.hpp"

#include <sys/stat.h>

#include <utility>

#include "row_json.hpp"
#include "trail_schema.hpp"

namespace tollgate::trail {
namespace {

using storage::Database;
using storage::Statement;

Error truncated(const std::string& path) {
  return Error{Errc::storage, path + " is malformed: it was truncated"};
}

/// Whether the file has all the pages that the database says it has. First the log is brought into
/// it, for until then the file may be behind.
Result<void> check_length(Database& database, const std::string& path) {
  Statement cut = database.prepare("PRAGMA wal_checkpoint(TRUNCATE)");
  database.wait_for_others(false);  // each command beside a busy gateway did, for 10 s
  const Result<bool> row = cut.step();
  database.wait_for_others(true);
  if (!row) return row.error();
  if (cut.number(0) != 0) return {};  // somebody uses it beside: the next start looks
  cut.reset();
  Statement size =
      database.prepare("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size");
  const Result<bool> known = size.step();
  if (!known) return known.error();
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return truncated(path);
  return status.st_size < size.number(0) ? truncated(path) : Result<void>();
}

}  // namespace

Result<std::unique_ptr<TrailDatabase>> TrailDatabase::open(const std::string& path,
                                                           const MasterKeys& masters) {
  Result<Database> database = Database::open(path);
  if (!database) return database.error();
  std::unique_ptr<TrailDatabase> out(new TrailDatabase(std::move(*database), masters));
  const Result<void> checked = out->check(path);
  if (!checked) return with_trail_advice(checked.error(), path);
  return out;
}

Result<void> TrailDatabase::make(const std::string& path) {
  Result<Database> database = Database::open(path);
  if (!database) return database.error();
  const Result<void> modes = set_modes(*database);
  return modes ? create_tables(*database) : modes;
}

Result<void> TrailDatabase::check(const std::string& path) {
  Result<void> done = set_modes(database_);
  if (done) done = check_version(database_, path);
  if (done) done = check_length(database_, path);
  return done ? keys_.check_masters() : done;
}

Result<void> TrailDatabase::note_access(const AccessRow& row) {
  Statement insert = database_.prepare("INSERT INTO accesses (event_time, row) VALUES (?, ?)");
  insert.bind(1, to_unix_micros(row.event_time));
  insert.bind_bytes(2, one_line(columns_of(row)));
  return insert.run();
}

Error with_trail_advice(Error error, const std::string& path) {
  for (const char* const sign : {"malformed", "not a database", "disk image"}) {
    if (error.message.find(sign) == std::string::npos) continue;
    error.message += "; the audit trail " + path +
                     " is damaged: put a copy in its place, or move it away and begin a new trail; "
                     "what no exporter had got is then in the old file alone";
    break;
  }
  return error;
}

}  // namespace tollgate::trail
