// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace tollgate {

using Sha256 = std::array<std::uint8_t, 32>;

/// SHA-256 of the bytes.
Sha256 sha256(std::string_view bytes);

/// HMAC-SHA-256 (RFC 2104). The key is not empty.
Sha256 hmac_sha256(std::string_view key, std::string_view bytes);

}  // namespace tollgate
