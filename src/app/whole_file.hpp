// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>

#include "tollgate/base/error.hpp"

namespace tollgate::app {

/// The most that is read of a file that someone names: far more than a year of a large bill, and
/// little enough for memory.
inline constexpr std::size_t kLargestFile = std::size_t{256} << 20U;

/// All of a file, or of a pipe. Errors, with the path: invalid_input, it is none, may not be read,
/// or holds more than `limit` bytes; storage, it could not be read to its end.
Result<std::string> read_whole_file(const std::string& path, std::size_t limit = kLargestFile);

}  // namespace tollgate::app
