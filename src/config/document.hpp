// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <yaml-cpp/yaml.h>

#include "tollgate/config/load.hpp"

namespace tollgate::config {

/// The bytes of a file; nullopt: it cannot be read, or is larger.
std::optional<std::string> read_file(const std::string& path, std::size_t limit);

/// The mapping that a YAML text holds; nullopt, and an error that says why, for anything else.
std::optional<YAML::Node> parse_document(std::string_view yaml, std::vector<ConfigError>& errors);

/// By line and column, as people read a file.
void sort_errors(std::vector<ConfigError>& errors);

}  // namespace tollgate::config
