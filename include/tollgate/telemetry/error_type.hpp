// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace tollgate::telemetry {

/// What OpenTelemetry's `error.type` can be here: labels stay bounded, whatever a backend says. A
/// backend's codes, where they say more than the status; statuses; ends without an error's status.
/// The last stands for all others and is OpenTelemetry's word for that.
inline constexpr std::array<std::string_view, 26> kErrorTypes{"content_filter",
                                                              "context_length_exceeded",
                                                              "rate_limit_exceeded",
                                                              "server_error",
                                                              "400",
                                                              "401",
                                                              "403",
                                                              "404",
                                                              "405",
                                                              "408",
                                                              "409",
                                                              "411",
                                                              "413",
                                                              "415",
                                                              "422",
                                                              "424",
                                                              "429",
                                                              "500",
                                                              "502",
                                                              "503",
                                                              "504",
                                                              "client_aborted",
                                                              "backend_error",
                                                              "timeout",
                                                              "interrupted",
                                                              "_OTHER"};

/// Where in that list an operation's error stands; nullopt: it ended without one. `outcome`: the
/// record's word.
std::optional<std::size_t> error_type_of(std::string_view error_code, int status,
                                         std::string_view outcome);

}  // namespace tollgate::telemetry
