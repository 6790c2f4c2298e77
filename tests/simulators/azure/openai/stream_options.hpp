// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "openai/call.hpp"

namespace tollgate::simulator {

/// The 400 that a chat or completion request gets for its stream_options, in Azure's words
/// (azure-protocol.md 2.2).
std::optional<Answer> stream_options_refusal(const Call& call);

}  // namespace tollgate::simulator
