// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "tollgate/base/error.hpp"
#include "tollgate/config/audit.hpp"
#include "tollgate/redaction/replacer.hpp"

namespace tollgate::app {

redaction::Replacer replacer_of(const config::Redaction& settings);

/// A text by itself without what the configured rules find; the external redactor is not asked.
/// Error invalid_input: the rules cannot be used.
Result<std::string> without_findings(const std::string& text, const config::Redaction& settings);

}  // namespace tollgate::app
