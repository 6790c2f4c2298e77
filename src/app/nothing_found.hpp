// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "audit_commands.hpp"
#include "tollgate/config/config.hpp"

namespace tollgate::app {

/// What may be wrong with a choice of exchanges that found none, to be put behind the complaint: a
/// client's name that the configuration has not, and may have mistyped; under which pseudonym a
/// caller was looked for. Empty: nothing is known to be. The trail may hold clients that the
/// configuration has no longer, so only what found nothing is doubted.
std::string why_nothing_found(const AuditOptions& options, const config::Config& config);

}  // namespace tollgate::app
