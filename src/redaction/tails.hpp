// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "rule.hpp"

namespace tollgate::redaction {

/// Where a value that a pattern found up to `end` really ends.
std::size_t tail_end(Tail tail, std::string_view text, std::size_t end);

/// Behind the line at `at` that ends a private key; `at` where there is none.
std::size_t armour_end(std::string_view text, std::size_t at);

/// The value as equal ones are told.
std::string spelled(Spelling spelling, std::string_view value);

}  // namespace tollgate::redaction
