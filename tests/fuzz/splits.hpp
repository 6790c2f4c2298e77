// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace tollgate::fuzz {

/// Ends the process where a property does not hold, so that the fuzzer keeps the input.
inline void require(bool holds) {
  if (!holds) __builtin_trap();
}

/// Cuts `bytes` into pieces whose sizes come from `seed`, one byte to 64; calls `take` with each.
template <class Take>
void in_pieces(std::string_view bytes, std::uint64_t seed, Take take) {
  while (!bytes.empty()) {
    seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
    const std::size_t size = std::min<std::size_t>(bytes.size(), 1 + (seed >> 58));
    take(bytes.substr(0, size));
    bytes.remove_prefix(size);
  }
}

/// A seed that depends on the input only, so that a replay does what the fuzzer saw.
inline std::uint64_t seed_of(std::string_view bytes) {
  std::uint64_t seed = 1469598103934665603ULL;
  for (const char c : bytes) seed = (seed ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return seed;
}

inline std::string_view view(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace tollgate::fuzz
