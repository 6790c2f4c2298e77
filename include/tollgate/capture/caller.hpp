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

/// Whether the request proved what its record has as custom id: by the custom header that is
/// believed, or by a certificate. Beside a key or a token the header is a client's text.
bool proves_custom_id(const usage::UsageRecord& record);

/// Who called, for the trail: the first of user or principal, application and custom id that the
/// request proved, to the gateway or to the backend, as caller_pseudonym() has it. Empty: nobody
/// was proved. Content lies under it, is given out by it and erased by it.
std::string caller_in_trail(const usage::UsageRecord& record, const config::Audit& settings);

}  // namespace tollgate::capture
