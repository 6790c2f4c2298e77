// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

namespace tollgate {

/// Why a file that someone named cannot be read, as the end of a sentence: "is not there", "is a
/// directory", "may not be read by this user". nullopt: it is a file and can be opened.
std::optional<std::string> file_fault(const std::string& path);

/// Whether every user of the host may read the file; false when there is none.
bool readable_by_all(const std::string& path);

}  // namespace tollgate
