// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace tollgate::upstream {

/// Whether a refusal may be about the `stream_options` that the gateway added to a request, so that
/// the request is made again without it. Backends word it in many ways: by name, by the name of the
/// member inside, as an extra input that is forbidden, wrapped in another server's error, or as a
/// status alone. So a 400, 404, 405, 415 or 422 may always be meant, unless the error's code names
/// another cause: asking again would then change nothing, and of a filtered prompt it would pay
/// twice (azure-protocol.md 3.1).
bool may_refuse_options(int status, std::string_view body);

/// Whether it says so itself: then there is nothing to find out.
bool names_options(std::string_view body);

}  // namespace tollgate::upstream
