// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "openai/answer.hpp"

namespace tollgate::simulator {

/// The pieces in the behaviour's coding, each flushed so that a reader gets an event when it is
/// sent; with its coding_fault. Repeated pieces are never whole in memory.
std::vector<Piece> coded(std::vector<Piece> pieces, const Behaviour& behaviour);

}  // namespace tollgate::simulator
