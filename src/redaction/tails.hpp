// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "rule.hpp"

namespace tollgate::redaction {

/// Where a value that a pattern found up to `end` really ends.
std::size_t tail_end(Tail tail, std::string_view text, std::size_t end);

/// The value as equal ones are told.
std::string spelled(Spelling spelling, std::string_view value);

/// Whether one of the words stands in the text, with no letter on either side.
bool has_word(std::string_view text, std::span<const std::string_view> words);

}  // namespace tollgate::redaction
