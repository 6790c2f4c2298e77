// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "tollgate/config/audit.hpp"
#include "tollgate/usage/usage_record.hpp"

namespace tollgate::capture {

/// What a caller's id is in the trail: with a key its HMAC-SHA-256 in hexadecimal, else itself.
std::string caller_pseudonym(std::string_view caller, const config::Audit& settings);

/// Who called, for the trail: the first of user or principal, application and custom id that is
/// known, as caller_pseudonym() has it. Empty: nothing is known.
std::string caller_in_trail(const usage::UsageRecord& record, const config::Audit& settings);

}  // namespace tollgate::capture
