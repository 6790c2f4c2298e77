// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tollgate {

/// Durations and deadlines are taken from the steady clock, timestamps from the system clock.
using SteadyTime = std::chrono::steady_clock::time_point;
using UtcTime = std::chrono::system_clock::time_point;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// "2026-11-24T12:00:00.123456Z", always six digits of fraction and UTC.
std::string to_rfc3339(UtcTime time);

/// Reads what to_rfc3339 writes, with any number of fraction digits or none; nullopt on anything
/// else.
std::optional<UtcTime> from_rfc3339(std::string_view text);

/// Microseconds since 1970-01-01 UTC, the form stored in the ledger.
std::int64_t to_unix_micros(UtcTime time);
UtcTime from_unix_micros(std::int64_t micros);

/// Reads an HTTP date (RFC 9110 5.6.7, the IMF-fixdate form only); nullopt on anything else.
std::optional<UtcTime> from_http_date(std::string_view text);

}  // namespace tollgate
