// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "tollgate/config/config.hpp"

// What stands in the way of what the gateway writes, as the end of a sentence that names the
// setting. Looks only.
namespace tollgate::app {

/// Why a start could not open or make the ledger.
std::optional<std::string> ledger_fault(const std::string& path);

/// The same of the audit trail; what its keys say of it is in audit_faults().
std::optional<std::string> trail_fault(const config::Config& config);

/// Why an exporter could write no file there; it makes the directory, and those above it that are
/// missing.
std::optional<std::string> lines_fault(const std::string& directory);

}  // namespace tollgate::app
