// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include "openai/call.hpp"

namespace tollgate::simulator {

/// The fields of an answer's head but for those of its framing, as in azure-protocol.md 3.1 and
/// 8.1: the service's, under the answer's own, under those of the behaviour (where null takes one
/// away).
Fields head_fields(const Call& call, const Answer& answer);

}  // namespace tollgate::simulator
