// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tollgate/base/time.hpp"

namespace tollgate {

/// A 128-bit identifier (RFC 9562).
struct Uuid {
  std::array<std::uint8_t, 16> bytes{};

  auto operator<=>(const Uuid&) const = default;

  /// Lower-case 8-4-4-4-12 form.
  std::string to_string() const;
  /// Reads the form to_string writes, either case; nullopt otherwise.
  static std::optional<Uuid> parse(std::string_view text);
};

/// A UUIDv7: milliseconds of `now`, then random bits from the system's generator; monotonic within
/// a thread, so that records made by one worker sort by their making.
Uuid make_uuid_v7(UtcTime now);

/// A random UUIDv4.
Uuid make_uuid_v4();

}  // namespace tollgate
