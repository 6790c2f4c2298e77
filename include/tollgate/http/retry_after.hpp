// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tollgate/base/time.hpp"
#include "tollgate/http/field.hpp"

namespace tollgate::http {

/// The longest a backend's word is taken for. Azure says up to 86400 s, and quotas are raised long
/// before that: after this time one request asks again.
inline constexpr milliseconds kLongestWait{300'000};

/// What the value of one Retry-After field asks for: seconds, also with a fraction, or an HTTP
/// date. nullopt: no time at all, or not understood. A number of more than 30 days is read as 30
/// days; how long anybody is believed is the caller's own bound.
std::optional<milliseconds> stated_pause(std::string_view value, UtcTime now);

/// How long a refused target asks to be left alone, by its answer's fields (azure-protocol.md 3.1,
/// 3.2): the first of retry-after-ms, x-ms-retry-after-ms and retry-after (seconds, also with a
/// fraction, or an HTTP date) that says more than nothing. Where a request or token window is used
/// up (x-ratelimit-remaining-* not above 0), at least that window's x-ratelimit-renewalperiod-*:
/// Azure then says "1 second" for a window of 60. Provisioned throughput sends no x-ratelimit
/// fields; its retry-after-ms stands as it is. x-ratelimit-reset-* is never read: it is in
/// milliseconds or in seconds, who knows when. nullopt: nothing usable was said. Never more than
/// kLongestWait.
std::optional<milliseconds> retry_after(const std::vector<Field>& fields, UtcTime now);

/// The header lines that tell a client to wait so long: Retry-After in whole seconds, rounded up so
/// that nobody comes too early, and retry-after-ms.
std::string retry_after_lines(milliseconds wait);

}  // namespace tollgate::http
