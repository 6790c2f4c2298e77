// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

namespace tollgate::exporters::azure_monitor {

/// What a gzip member holds; nullopt unless it is one whole member and nothing more.
std::optional<std::string> gunzip(const std::string& bytes);

}  // namespace tollgate::exporters::azure_monitor
