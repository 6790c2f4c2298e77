// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdio>
#include <string>

#include "tollgate/base/error.hpp"

namespace tollgate::app {

/// All of an input, which is at most `most` bytes: a part of a text may look whole, and lack what
/// says that a value follows. Error: it has more, or could not be read to its end. It holds no more
/// than that of it.
Result<std::string> bounded_input(std::FILE* input, std::size_t most);

}  // namespace tollgate::app
