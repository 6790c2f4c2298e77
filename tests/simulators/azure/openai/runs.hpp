// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "openai/call.hpp"

namespace tollgate::simulator {

/// What a run's work has come to: queued, in_progress, requires_action, completed, incomplete,
/// failed or cancelled.
std::string run_status(const StoredWork& run, Work::State state);

/// The run as it looks with that status; `kept` is what ResourceState::objects has of it.
nlohmann::ordered_json run_object(const nlohmann::ordered_json& kept, const StoredWork& run,
                                  const std::string& status);

/// Its steps, each with its own part of the run's usage: with tools there are two.
std::vector<nlohmann::ordered_json> run_steps(const nlohmann::ordered_json& kept,
                                              const StoredWork& run, const std::string& status);

/// The message it leaves in its thread.
nlohmann::ordered_json run_message(const nlohmann::ordered_json& kept, const StoredWork& run);

/// All events of a run that is carried out while the client reads (azure-protocol.md 2.5); `thread`
/// too if it is not null.
Answer run_stream(const nlohmann::ordered_json& thread, const nlohmann::ordered_json& kept,
                  const StoredWork& run);

}  // namespace tollgate::simulator
