// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tollgate::redaction {

/// What a number of JSON (RFC 8259) is without point and exponent: `4111111111111111` for
/// `4111111111111111.0` and `4.111111111111111e15`. Integers stay as they stand. Nullopt where it
/// has a fraction, or an exponent that no value has.
std::optional<std::string> as_integer(std::string_view number);

}  // namespace tollgate::redaction
