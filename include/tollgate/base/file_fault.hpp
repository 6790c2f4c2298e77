// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "tollgate/base/error.hpp"

namespace tollgate {

/// Why a file that someone named cannot be read, as the end of a sentence: "is not there", "is a
/// directory", "may not be read by this user". nullopt: it is a file and can be opened.
std::optional<std::string> file_fault(const std::string& path);

/// All of a small file. Errors, with the path: not_found, nothing is there; storage, it is there
/// and cannot be read (a directory, a link to nowhere, another user's), or is larger than `limit`.
Result<std::string> read_small_file(const std::string& path, std::size_t limit);

/// Whether every user of the host may read the file; false when there is none.
bool readable_by_all(const std::string& path);

}  // namespace tollgate
