// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tollgate {

/// Lower-case hexadecimal of any bytes.
std::string to_hex(std::string_view bytes);
/// nullopt on odd length or a non-hexadecimal digit.
std::optional<std::string> from_hex(std::string_view text);

}  // namespace tollgate
