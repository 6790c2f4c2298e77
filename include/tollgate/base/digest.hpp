// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tollgate {

using Sha256 = std::array<std::uint8_t, 32>;

/// SHA-256 of the bytes.
Sha256 sha256(std::string_view bytes);

/// Lower-case hexadecimal of any bytes.
std::string to_hex(std::string_view bytes);
/// nullopt on odd length or a non-hexadecimal digit.
std::optional<std::string> from_hex(std::string_view text);

/// Unpadded base64url (RFC 7515 section 2).
std::string to_base64url(std::string_view bytes);
/// Strict: no padding, no white space, canonical last character; nullopt otherwise.
std::optional<std::string> from_base64url(std::string_view text);

/// CRC-32C (Castagnoli), hardware where the CPU has it; `seed` continues an earlier sum.
std::uint32_t crc32c(std::string_view bytes, std::uint32_t seed = 0);

}  // namespace tollgate
