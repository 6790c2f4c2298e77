// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "tollgate/base/error.hpp"
#include "tollgate/config/config.hpp"

namespace tollgate::app {

/// The configuration for a command that uses no secret: those that this shell lacks must not stop
/// it. Error invalid_input: everything that is wrong with the file, one line each.
Result<config::Config> load_without_secrets(const std::string& path);

}  // namespace tollgate::app
