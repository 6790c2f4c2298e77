// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "tollgate/base/error.hpp"

namespace tollgate::app {

/// What records call the object with this id: of one that clients see sealed, the backend's own,
/// opened with the keys of the configuration; any other is its own answer. Error invalid_input: it
/// is sealed, and there is no configuration, or none of its keys opens it.
Result<std::string> original_id(const std::string& config_path, const std::string& id);

}  // namespace tollgate::app
