// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "openai/resource_state.hpp"

namespace tollgate::simulator {

/// A message of a thread; `content` as a request has it: text, or parts of which those with text
/// are kept.
nlohmann::ordered_json message_object(const std::string& thread, const std::string& id,
                                      const nlohmann::json& role, const nlohmann::json& content);

/// Keeps a new thread with the messages that `body` has for it. Its id.
std::string keep_thread(ResourceState& state, const nlohmann::json& body);

/// What all messages of the thread count for as a run's prompt.
std::int64_t count_thread_tokens(ResourceState& state, const std::string& thread);

}  // namespace tollgate::simulator
