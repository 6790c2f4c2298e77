// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string_view>

#include "rule.hpp"

namespace tollgate::redaction {

/// The built-in rules in their order of precedence: of findings that overlap, the one of the
/// earlier rule gives the name.
std::span<const Rule> built_in_rules();

// The two tables that they come from.
std::span<const Rule> secret_rules();
std::span<const Rule> personal_rules();

/// The name of the values that the caller gave as secrets, which come before every rule.
inline constexpr std::string_view kExactSecret = "configured_secret";

// What files, and members that a drop takes out, are counted under: no rule has these names.
inline constexpr std::string_view kBinary = "binary";
inline constexpr std::string_view kDropped = "dropped";

}  // namespace tollgate::redaction
