// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include "json_members.hpp"
#include "prompt_tally.hpp"

namespace tollgate::tokenizer {

/// Adds a list of functions: the definitions of `functions` or of `tools`, with their parts at the
/// top or in a member `function`. Tools of other types bring text of their own into the prompt,
/// which no one can count beforehand.
void add_tools(PromptTally& tally, Json tools);

/// Adds a JSON schema that the answer must follow, when there is one.
void add_output_schema(PromptTally& tally, Json schema);

}  // namespace tollgate::tokenizer
