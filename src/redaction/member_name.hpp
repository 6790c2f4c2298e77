// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tollgate::redaction {

/// The name of a JSON member as readers take it: without what cannot be seen, full-width letters
/// and escapes as what they show, without marks at its end (`Password:`). What is behind its first
/// hundred bytes is of no interest to rules.
std::string member_name(std::string_view spelled);

/// What a member says of the others in its object.
enum class MemberRole : std::uint8_t {
  other,
  label,  ///< its text names what the value is: `name`, `Key`, `headerName`
  value,  ///< it is what is named so: `value`, `V`, `ParameterValue`
};

/// `name`: as member_name() has it. In any case, with separators or without.
MemberRole role_of(std::string_view name);

}  // namespace tollgate::redaction
