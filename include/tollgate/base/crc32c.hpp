// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

namespace tollgate {

/// CRC-32C (Castagnoli), hardware where the CPU has it; `seed` continues an earlier sum.
std::uint32_t crc32c(std::string_view bytes, std::uint32_t seed = 0);

}  // namespace tollgate
