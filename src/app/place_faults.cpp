// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "place_faults.hpp"

#include <linux/magic.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <filesystem>
#include <system_error>

#include "tollgate/base/file_fault.hpp"
#include "tollgate/capture/trail_settings.hpp"
#include "tollgate/ledger/ledger_files.hpp"
#include "tollgate/storage/lock_file.hpp"
#include "tollgate/trail/audit_desk.hpp"

namespace tollgate::app {

namespace fs = std::filesystem;

namespace {

/// The nearest directory above that is there, or what stands in its place.
fs::path nearest_above(const fs::path& path) {
  std::error_code error;
  fs::path out = path.parent_path();
  while (fs::symlink_status(out, error).type() == fs::file_type::not_found &&
         out.has_relative_path())
    out = out.parent_path();
  return out;
}

/// What a start would have to make below a directory must fit its file system. `longest`: the path
/// that is a database's with this ending, or a directory's with none.
std::optional<std::string> making_fault(const fs::path& directory, const fs::path& longest,
                                        const char* ending) {
  struct statfs system {};
  if (::statfs(directory.c_str(), &system) != 0) return std::nullopt;
  if (system.f_type == PROC_SUPER_MAGIC || system.f_type == SYSFS_MAGIC)
    return "cannot be made: " + directory.string() + " takes no files of anybody";
  for (const fs::path& name : longest) {
    if (name.string().size() > static_cast<std::size_t>(system.f_namelen))
      return "cannot be made: a name in it is longer than " + std::to_string(system.f_namelen) +
             " bytes" + (*ending == '\0' ? "" : " with ") + ending;
  }
  return std::nullopt;
}

/// What a start of before may have left, or somebody put there.
std::optional<std::string> beside_fault(const std::string& path) {
  std::error_code error;
  const std::string journal = ledger::journal_directory(path);
  if (const auto what = ledger::in_place_of_journals(path))
    return "has something in its way: " + *what;
  if (const auto what = ledger::in_way_of_ledger(path))
    return "has something in its way: " + *what + ", not a file: move it away";
  for (const std::string& other : {journal, storage::lock_path(path)}) {
    if (fs::exists(other, error) && ::access(other.c_str(), R_OK | W_OK) != 0)
      return "cannot be used: this user may not write to " + other;
  }
  return std::nullopt;
}

/// Why the file of a database could not be opened.
std::optional<std::string> database_file_fault(const std::string& path) {
  std::error_code error;
  if (path.ends_with('/')) return "is a directory, not a file";
  if (auto other = other_than_file(path)) return *other + ", not a file";
  if (fs::exists(path, error) && ::access(path.c_str(), R_OK | W_OK) != 0)
    return "may not be written by this user";
  return std::nullopt;
}

/// Why a start could not make it, and beside it what its path and this ending name; it makes each
/// directory above that is missing.
std::optional<std::string> database_place_fault(const std::string& path, const char* ending) {
  std::error_code error;
  const fs::path database = fs::absolute(path, error);
  const fs::path directory = nearest_above(database);
  if (!fs::is_directory(directory, error)) return directory.string() + " is no directory";
  if (::access(directory.c_str(), W_OK | X_OK) != 0)
    return "cannot be made: this user may not write to " + directory.string();
  return making_fault(directory, database.string() + ending, ending);
}

}  // namespace

std::optional<std::string> ledger_fault(const std::string& path) {
  if (auto fault = database_file_fault(path)) return fault;
  const Result<void> ours = ledger::refuse_foreign(path);
  if (!ours) return "cannot be used: " + ours.error().message;
  if (auto fault = database_place_fault(path, ledger::kJournalEnding)) return fault;
  return beside_fault(path);
}

std::optional<std::string> trail_fault(const config::Config& config) {
  const trail::StoreSettings settings = capture::store_settings(config);
  const std::string& path = settings.path;
  std::error_code error;
  if (auto fault = database_file_fault(path)) return fault;
  if (fs::is_regular_file(path, error) && fs::is_empty(path, error))
    return "was emptied: put a copy in its place, or delete it and begin a new trail";
  if (auto fault = database_place_fault(path, storage::kLockEnding)) return fault;
  if (const auto what = trail::AuditDesk::in_way(settings))
    return "has something in its way: " + *what + ", not a file: move it away";
  const std::string lock = storage::lock_path(path);
  if (fs::exists(lock, error) && ::access(lock.c_str(), R_OK | W_OK) != 0)
    return "cannot be used: this user may not write to " + lock;
  return std::nullopt;
}

std::optional<std::string> lines_fault(const std::string& directory) {
  std::error_code error;
  fs::path path = fs::absolute(directory, error).lexically_normal();
  if (!path.has_filename()) path = path.parent_path();  // it ended with a slash
  if (auto other = other_than_directory(path)) return other;
  const bool there = fs::exists(path, error);
  const fs::path place = there ? path : nearest_above(path);
  if (!there && !fs::is_directory(place, error))
    return "cannot be made: " + place.string() + " is no directory";
  if (::access(place.c_str(), W_OK | X_OK) == 0)
    return there ? std::nullopt : making_fault(place, path, "");
  return there ? "may not be written by this user"
               : "cannot be made: this user may not write to " + place.string();
}

}  // namespace tollgate::app
