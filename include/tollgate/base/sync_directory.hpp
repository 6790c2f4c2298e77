// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "tollgate/base/error.hpp"

namespace tollgate {

/// Brings the names in a directory to the disk: without, a power loss may take a file whose bytes
/// are there. Blocks. Error storage: it cannot be opened for reading, or the disk fails.
Result<void> sync_directory(const std::string& directory);

}  // namespace tollgate
