// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include "openai/call.hpp"

namespace tollgate::simulator {

/// The answer that the behaviour's `error` names, in Azure's words (azure-protocol.md 3.2, 8.5, 9.6
/// to 9.8). Throws std::invalid_argument for a name that is not in the catalog.
Answer catalogued_error(const Call& call);

}  // namespace tollgate::simulator
