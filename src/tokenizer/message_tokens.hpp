// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include "json_members.hpp"
#include "prompt_tally.hpp"

namespace tollgate::tokenizer {

/// Adds `messages` of a chat request.
void add_messages(PromptTally& tally, Json messages);

/// Adds `input` of a Responses request, a text or a list of items, and its `instructions`.
void add_response_input(PromptTally& tally, Json input, std::string_view instructions);

}  // namespace tollgate::tokenizer
