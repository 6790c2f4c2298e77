// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "tollgate/base/error.hpp"

namespace tollgate::ledger {

/// What the name of a mark has while it is written.
inline constexpr const char* kUnborn = ".new";

/// Puts a whole file in the place of the one before, on the disk when it returns. Error storage.
[[nodiscard]] Result<void> write_mark_file(const std::string& directory, const std::string& name,
                                           const std::string& text);

/// " 1a2b3c4d\n", the CRC-32C of a text, which ends its line.
std::string mark_sum(const std::string& text);

}  // namespace tollgate::ledger
