// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "openai/call.hpp"

namespace tollgate::simulator {

/// How a response's status is called; what its work is done with is `outcome`, empty for
/// "completed".
std::string response_status(Work::State state, const std::string& outcome);

/// The Response object at one moment; usage, output and the rest follow from the status.
nlohmann::ordered_json response_object(const StoredResponse& stored, const std::string& status);

/// All its events (azure-protocol.md 2.3, 8.3) with a sequence number above `after`, those of a
/// background response when its work has come to them.
Answer response_stream(const StoredResponse& stored, Generation& g, std::int64_t after);

}  // namespace tollgate::simulator
