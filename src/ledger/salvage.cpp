// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/ledger/salvage.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <utility>
#include <vector>

#include "database_file.hpp"
#include "database_salvage.hpp"
#include "journal_files.hpp"
#include "loss_notes.hpp"
#include "record_store.hpp"
#include "schema.hpp"
#include "storage_names.hpp"
#include "tollgate/base/time.hpp"
#include "tollgate/ledger/ledger_files.hpp"

namespace tollgate::ledger {
namespace {

constexpr std::array<const char*, 3> kParts{"", "-wal", "-shm"};

void remove_all(const std::string& path) {
  for (const char* const part : kParts) ::unlink((path + part).c_str());
}

bool exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

Result<void> move_part(const std::string& from, const std::string& to, const std::string& part) {
  if (!exists(from + part) || ::rename((from + part).c_str(), (to + part).c_str()) == 0) return {};
  return Error{Errc::storage, "cannot move " + from + part + ": " + std::strerror(errno)};
}

/// The name under which the damaged one is kept, "...-20261128T161500.123456Z": from the time of
/// the one made of it, so that whoever goes on with what was interrupted finds the same.
std::string name_aside(const std::string& path, const std::string& made) {
  struct stat status {};
  const bool known = ::stat(made.c_str(), &status) == 0;
  const auto since_epoch =
      seconds(status.st_mtim.tv_sec) + std::chrono::nanoseconds(status.st_mtim.tv_nsec);
  const UtcTime time = known ? UtcTime(std::chrono::duration_cast<UtcTime::duration>(since_epoch))
                             : std::chrono::system_clock::now();
  const std::string micros = std::to_string(1'000'000 + to_unix_micros(time) % 1'000'000);
  std::string stamp = to_rfc3339(time).substr(0, 19) + "." + micros.substr(1);
  std::erase_if(stamp, [](char c) { return c == '-' || c == ':'; });
  return path + ".damaged-" + stamp + "Z";
}

/// The damaged file itself goes first and the new one comes last. Between the two there is no
/// database under its name: a start is refused then (database_file.cpp), and the next salvage goes
/// on here.
Result<void> change_places(const std::string& path, const std::string& made,
                           const std::string& aside) {
  for (const char* const part : kParts) {
    const Result<void> moved = move_part(path, aside, part);
    if (!moved) return moved;
  }
  for (auto part = kParts.rbegin(); part != kParts.rend(); ++part) {
    const Result<void> moved = move_part(made, path, *part);
    if (!moved) return moved;
  }
  return {};
}

/// Deletes a file at the end; none: nothing.
class Unlinked {
 public:
  explicit Unlinked(std::string path) : path_(std::move(path)) {}
  Unlinked(const Unlinked&) = delete;
  Unlinked& operator=(const Unlinked&) = delete;
  ~Unlinked() {
    if (!path_.empty()) ::unlink(path_.c_str());
  }

 private:
  std::string path_;
};

/// Nothing is wrong with what somebody else uses.
Error used_elsewhere(Error error) {
  error.code = Errc::unavailable;
  return error;
}

/// Another run was interrupted when the damaged file had been moved away: the new one is whole.
Result<SalvageResult> go_on(const std::string& path, const std::string& made) {
  SalvageResult out;
  out.resumed = true;
  out.kept_as = name_aside(path, made);
  {
    Result<RecordStore> store = RecordStore::open(made, config::Durability::power_loss);
    if (!store) return store.error();
    const Result<std::int64_t> cursors_lost =
        read_counter(store->database(), Counter::cursors_lost);
    if (!cursors_lost) return cursors_lost.error();
    out.cursors_lost = *cursors_lost != 0;
    const auto read = store->read_behind(0, [&](std::int64_t, std::string_view) {
      ++out.records;
      return true;
    });
    if (!read) return read.error();
  }
  const Result<void> changed = change_places(path, made, out.kept_as);
  if (!changed) return changed.error();
  return out;
}

/// " (adjustments, rollups)".
std::string names_of(const std::vector<std::string>& tables) {
  std::string out;
  for (const std::string& table : tables) out.append(out.empty() ? " (" : ", ").append(table);
  return out.empty() ? out : out + ")";
}

/// "; 2 lost records had been adjusted; ...", or nothing.
std::string costs_and_sums_of(const SalvageResult& result) {
  std::string out;
  if (result.lost_costs.records > 0)
    out += "; " + std::to_string(result.lost_costs.records) + " lost records had been adjusted";
  if (result.corrections_mended) out += "; the sums' costs did not agree with the adjustments";
  if (!result.disagreements.empty()) out += "; sums still do not agree";
  return out;
}

/// Told by the gateway from its next start on, until an operator acknowledges it. Where it cannot
/// be noted the result says it all the same.
void note_what_is_lost(const std::string& path, const SalvageResult& result) {
  const bool sums = !result.corrections_mended && result.disagreements.empty();
  const bool records = result.lost_records == 0 && result.lost_blocks == 0 && !result.loss_unknown;
  if (records && result.lost_tables.empty() && result.lost_costs.records == 0 && sums) return;
  const std::string line = "a salvage saved " + std::to_string(result.records) + " records; " +
                           (result.loss_unknown ? "how many are lost is not known, " : "") +
                           "at least " + std::to_string(result.lost_records) +
                           " are lost, and parts of " + std::to_string(result.lost_tables.size()) +
                           " other tables" + names_of(result.lost_tables) +
                           costs_and_sums_of(result) + "; the damaged file is " + result.kept_as;
  static_cast<void>(
      note_loss(journal_directory(path), std::filesystem::path(path).filename(), line));
}

/// A start reads them whatever becomes of the database; one that cannot be read says so then.
std::vector<JournalRecord> journals_beside(const std::string& path) {
  Result<JournalFiles> found = read_journals(journal_directory(path));
  return found ? std::move(found->records) : std::vector<JournalRecord>();
}

Result<SalvageResult> copy_readable(const std::string& path, const std::string& made) {
  remove_all(made);
  // The mode that the old one has: nobody else may read it.
  std::FILE* const file = std::fopen(made.c_str(), "wb");
  if (file == nullptr) return Error{Errc::storage, "cannot make " + made};
  std::fclose(file);
  ::chmod(made.c_str(), 0600);
  const Result<void> bytes = refuse_empty(path);
  if (!bytes) return bytes.error();
  Result<Database> from = Database::open(path);
  if (!from) return from.error();
  // A file that was cut short is refused whole without it; it changes nothing that is not written.
  const Result<void> cut = from->execute("PRAGMA writable_schema = ON");
  if (!cut) return cut.error();
  const Result<std::int64_t> version = schema_version(*from);
  if (!version)
    return Error{Errc::storage, "nothing of " + path + " can be read: " + version.error().message};
  if (*version != kSchemaVersion) {
    return Error{Errc::storage, path + " was written by another version of Tollgate"};
  }
  Result<RecordStore> to = RecordStore::open(made, config::Durability::power_loss);
  if (!to) return to.error();
  return salvage_database(*from, to->database(), journals_beside(path));
}

}  // namespace

Result<SalvageResult> salvage(const std::string& path) {
  const std::string made = path + kSalvaged;
  if (!exists(path) && !exists(made)) return no_ledger_at(path);
  const std::string locked = storage::lock_path(path);
  const bool leaves_lock = exists(locked);
  const Result<LockFile> lock = LockFile::take(locked);
  if (!lock) return used_elsewhere(lock.error());
  const Unlinked unlinked(leaves_lock ? "" : locked);
  if (!exists(path)) return go_on(path, made);
  const Result<LockFile> database_lock = LockFile::take(path);
  if (!database_lock) return used_elsewhere(database_lock.error());
  Result<SalvageResult> result = copy_readable(path, made);
  if (!result) {
    remove_all(made);
    return result;
  }
  result->kept_as = name_aside(path, made);
  const Result<void> changed = change_places(path, made, result->kept_as);
  if (!changed) return changed.error();
  note_what_is_lost(path, *result);
  return result;
}

}  // namespace tollgate::ledger
