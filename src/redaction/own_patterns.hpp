// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <re2/re2.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tollgate/base/error.hpp"
#include "tollgate/usage/json_paths.hpp"

namespace tollgate::redaction {

/// Options of every pattern: UTF-8, quiet, memory for the automata bounded.
re2::RE2::Options pattern_options();

/// Error invalid_input with RE2's reason.
Result<std::unique_ptr<const re2::RE2>> compile_pattern(std::string_view regex);

/// Whether the pattern could match between two characters, at a text's begin or at its end: it
/// would be found everywhere.
bool can_match_nothing(std::string_view regex);

/// Paths of JSON members in both of their forms. Error invalid_input where one is none or they are
/// too many.
Result<usage::JsonPaths> parse_drops(const std::vector<std::string>& drops);

}  // namespace tollgate::redaction
