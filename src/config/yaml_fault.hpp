// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "tollgate/config/load.hpp"

namespace tollgate::config {

/// What is wrong with a text that is no YAML, for the one who wrote it. The library stops where it
/// is lost, often lines behind the mistake, and names its own state: this looks for the usual
/// mistakes (a tab in an indentation, a bracket or quote that is never closed, a line indented
/// wrongly) and names their line. The library's words stand at the end.
ConfigError explain_yaml_fault(std::string_view text, int line, int column,
                               const std::string& library_words);

/// Whether a text begins with a quote that nothing in it closes, as YAML reads quoted scalars.
bool never_closes(std::string_view text);

}  // namespace tollgate::config
