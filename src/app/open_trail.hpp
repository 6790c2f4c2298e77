// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "tollgate/base/error.hpp"
#include "tollgate/base/time.hpp"
#include "tollgate/config/config.hpp"
#include "tollgate/trail/audit_desk.hpp"

namespace tollgate::app {

/// The trail of a configuration, and who reads it.
struct OpenTrail {
  config::Config config;
  trail::AuditDesk desk;
  trail::Reader reader;
};

/// Which of the trail's keys a command cannot do without.
struct NeededKeys {
  bool content = true;
  bool callers = false;  ///< somebody is looked for by name
  bool signing = false;
  bool words = false;  ///< that which personal values in names are replaced by
  bool seals = false;  ///< those alone that sealed ids are opened with
};

/// For who reads the trail: of the file's secrets only the needed keys must be here. Error
/// invalid_input: one is not, or the file cannot be used.
Result<config::Config> load_for_readers(const std::string& config_path, NeededKeys keys);

/// For a command of this name, run by the process's user; `caller`: whom it looks for, or empty.
/// Errors: invalid_input, the configuration cannot be used or has no trail; as AuditDesk::open.
Result<OpenTrail> open_trail(const std::string& config_path, const std::string& command,
                             const std::string& caller);

/// A caller's id stands in the trail under its pseudonym; who has the pseudonym gives that.
std::string caller_in_rows(const std::string& text, const config::Audit& settings);

UtcTime utc_now();

}  // namespace tollgate::app
