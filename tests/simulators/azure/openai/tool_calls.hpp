// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "openai/generation.hpp"

namespace tollgate::simulator {

/// A tool call whose arguments talk of usage, in pieces that cut those words.
std::vector<std::string> tool_argument_pieces();
std::string tool_arguments();

/// As in a chat message, and as the parts of a chat stream's deltas.
nlohmann::ordered_json tool_call(const Generation& g);
std::vector<nlohmann::ordered_json> tool_call_deltas(const Generation& g);

}  // namespace tollgate::simulator
