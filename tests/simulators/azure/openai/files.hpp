// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "openai/resource_state.hpp"

namespace tollgate::simulator {

/// Keeps a file and its content. The object.
nlohmann::ordered_json keep_file(ResourceState& state, const std::string& filename,
                                 const std::string& purpose, std::string content);

}  // namespace tollgate::simulator
