// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "openai/call.hpp"

namespace tollgate::simulator {

/// What the lines of a batch's input come to (azure-protocol.md 1.9; the layout of the output is
/// unverified).
struct BatchWork {
  std::string output;  ///< a line for each request that was answered, with its usage
  std::string errors;  ///< and for each that was not
  std::int64_t completed = 0;
  std::int64_t failed = 0;
  Tokens tokens;                           ///< of all that were answered
  const Deployment* deployment = nullptr;  ///< of the first of them
};

/// Each answer takes the tokens that its request's text counts for, or what the call's x-sim-
/// headers say.
BatchWork carry_out(Call& call, std::string_view input);

}  // namespace tollgate::simulator
