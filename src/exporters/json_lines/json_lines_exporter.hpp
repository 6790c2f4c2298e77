// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "tollgate/base/time.hpp"
#include "tollgate/config/config.hpp"
#include "tollgate/exporters/exporter.hpp"

namespace tollgate::exporters::json_lines {

/// Files with one JSON object a line, for those who ship logs with an agent of their own: a
/// record's row as Azure Monitor gets it, or a CloudEvent 1.0 (JSON event format) around it.
std::unique_ptr<Exporter> make_exporter(const config::JsonLines& settings);

/// What stands in the place of the directory, or of the file that is written next: "PATH is a
/// pipe"; nullopt: nothing.
std::optional<std::string> in_way(const config::JsonLines& settings, UtcTime now);

}  // namespace tollgate::exporters::json_lines
