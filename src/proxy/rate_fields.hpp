// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "tollgate/http/head.hpp"
#include "tollgate/quotas/quota_state.hpp"

// x-ratelimit-limit-requests, -remaining-requests, -reset-requests, and the same of tokens: what a
// client may still do. A backend tells them of itself; where a limit of the gateway's leaves less,
// it stands in their place. Pure.
namespace tollgate::proxy {

/// Whole header lines for each kind of which our limits leave less than `backend` says is left, or
/// of which it says nothing. Null: there is no backend's answer.
std::string rate_lines(const quotas::Tightest& ours, const http::ResponseHead* backend);

/// Whether the lines have a field of that kind, so that the backend's own gives way.
bool replaces(std::string_view lines, std::string_view field_name);

}  // namespace tollgate::proxy
