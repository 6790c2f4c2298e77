// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tollgate::operations {

/// The byte that the percent sign at the front stands for with the two digits behind it; nullopt:
/// none.
std::optional<char> percent_byte(std::string_view at);

/// A query's name or value, decoded: a plus is a space. nullopt: a percent sign without two digits.
std::optional<std::string> percent_decoded(std::string_view text);

}  // namespace tollgate::operations
