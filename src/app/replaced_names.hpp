// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "tollgate/config/config.hpp"

namespace tollgate::app {

/// A name that is looked for in usage records, and how those have it that were made at the audit
/// level `redacted`.
struct ReplacedName {
  std::vector<std::string> forms;  ///< one for each key that may have replaced it; may be empty
  std::string doubt;               ///< why there may be others; empty: there are none
};

/// By the configuration's rules and keys; the latter may have changed, so each of them counts.
ReplacedName replaced_name(const config::Audit& settings, const std::string& name);

/// The same of the configuration at this path; empty: none was named, and the usual rules say
/// whether the name is one that may have been replaced.
ReplacedName replaced_name(const std::string& config_path, const std::string& name);

}  // namespace tollgate::app
