// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tollgate::http {

/// All but RFC 3986's unreserved characters as %XX: right in a path segment, a query value and a
/// form's value.
std::string percent_encode(std::string_view text);

/// %XX as the byte that it stands for, once; a plus sign stays one. nullopt: a percent sign without
/// two digits.
std::optional<std::string> percent_decode(std::string_view text);

}  // namespace tollgate::http
