// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "tollgate/base/error.hpp"
#include "tollgate/config/config.hpp"

namespace tollgate::ledger {

/// Sees to it that the database has a file, readable by its user alone: makes one where none is.
/// Error storage: it was emptied, a salvage has not put it in its place, or it cannot be made.
Result<void> find_database(const std::string& path, config::Durability durability);

}  // namespace tollgate::ledger
