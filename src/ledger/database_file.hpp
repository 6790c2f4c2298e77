// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "storage_names.hpp"
#include "tollgate/base/error.hpp"
#include "tollgate/base/time.hpp"
#include "tollgate/config/config.hpp"

namespace tollgate::ledger {

/// SQLite's words, and what to do where they mean damage.
Error with_advice(Error error, const std::string& path);

/// Sees to it that the database has a file, readable by its user alone: makes one where none is.
/// Error storage: it was emptied, a salvage has not put it in its place, or it cannot be made.
/// Where there was one before, as its journals tell, its loss is noted beside them.
Result<void> find_database(const std::string& path, config::Durability durability, UtcTime now);

/// A ledger's database of this version, to be used beside a gateway that may run. Errors:
/// invalid_input, the file is something else; not_found, with the path in full, since a relative
/// one means another file in each directory; storage.
Result<Database> open_beside(const std::string& path);
/// Error storage: the file is there, and was emptied or cut to less than a database's header.
Result<void> refuse_empty(const std::string& path);
/// What not_found says.
Error no_ledger_at(const std::string& path);

}  // namespace tollgate::ledger
