// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
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
/// Sees to it that one that is there is readable by its user alone.
DatabaseFile look_at_database_file(const std::string& path);

}  // namespace tollgate::storage
