// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "tollgate/base/error.hpp"
#include "tollgate/config/config.hpp"
#include "tollgate/redaction/rules.hpp"

namespace tollgate::capture {

/// The name of a conversation or user as rows have it at the level `redacted`, and as those who
/// look for it may leave it in an access row. Error invalid_input: the rules cannot be used, or a
/// value is found in it and the keys that replacements follow from are not there.
Result<std::string> name_in_rows(const config::Audit& settings, const std::string& name);
/// The same by these, which are the settings' own.
Result<std::string> name_in_rows(const config::Audit& settings, const redaction::Rules& rules,
                                 const std::string& name);

}  // namespace tollgate::capture
