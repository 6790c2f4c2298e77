// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "tollgate/base/error.hpp"

namespace tollgate::storage {

/// Makes a database that is whole before it has its name, readable by its user alone: `fill` makes
/// it at another path. What an earlier one has left of its log is set aside as `.orphaned`, or it
/// would be taken for the new one's. Error storage.
Result<void> make_database_file(const std::string& path,
                                const std::function<Result<void>(const std::string&)>& fill);

/// What stands at the path. A file of no bytes was emptied by somebody: no database begins so.
enum class DatabaseFile { none, emptied, there };
/// Sees to it that a database of ours that is there is readable by its user alone. Whatever else is
/// there is left as it is.
DatabaseFile look_at_database_file(const std::string& path);

/// The first bytes of a file that may be a database's, as many as there are up to `bytes`; empty:
/// it is no file, or cannot be read. All that looks into such a file beside SQLite comes here:
/// closing any descriptor of a file drops every lock that this process has on it (POSIX), after
/// which another process takes itself for the last user and deletes the log that is being written
/// to (https://www.sqlite.org/howtocorrupt.html 2.2). SQLite's own files wait with closing.
std::string database_begin(const std::string& path, std::size_t bytes);

/// What else than a file stands where a database or what SQLite keeps beside it would be, as a
/// sentence: SQLite would say that something cannot be opened, or wait for who writes to a pipe.
/// nullopt: nothing does.
std::optional<std::string> other_than_database(const std::string& path);

/// The same, and of what a new database is made of.
std::optional<std::string> in_way_of_database(const std::string& path);

/// The version of its tables that a file's header names (SQLite's user_version: ours are never 0);
/// nullopt: it does not begin as a database does (https://www.sqlite.org/fileformat2.html 1.3).
/// What is behind the header may be damaged, and a newer one may stand in its log.
std::optional<std::uint32_t> version_in_header(const std::string& path);

}  // namespace tollgate::storage
