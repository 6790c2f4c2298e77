// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include "tollgate/base/error.hpp"
#include "tollgate/base/time.hpp"
#include "tollgate/exporters/exporter.hpp"
#include "tollgate/http/transport.hpp"

// What answers of every destination that speaks HTTP have in common. Pure.
namespace tollgate::exporters {

/// No answer came, or no token was to be had. Also when the answer was lost after the rows had
/// arrived: they go again with the same ids.
RetryAfter no_answer(const Error& error);

/// What Retry-After asks for; zero when nothing usable was said.
milliseconds asked_pause(const http::ClientResponse& answer, UtcTime now);

/// Whether the destination may take the same request later, without anybody's doing.
constexpr bool passes_by_itself(int status) {
  return status == 408 || status == 429 || status >= 500;
}

}  // namespace tollgate::exporters
