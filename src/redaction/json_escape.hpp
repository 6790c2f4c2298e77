// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>

namespace tollgate::redaction {

struct JsonEscape {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// The escape that `at`, a place within a string of well-formed JSON or at its end, stands inside
/// of; empty, at `at`: none. Looks back to the string's quote at most.
JsonEscape json_escape_around(std::string_view json, std::size_t at);

}  // namespace tollgate::redaction
