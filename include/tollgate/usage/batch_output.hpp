// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "tollgate/usage/usage_outcome.hpp"

namespace tollgate::usage {

/// Sums the usage of a batch's output file: JSON lines with `response.body.usage` each (azure-protocol.md 1.9;
/// the layout is unverified there). Lines whose request was refused are none of an answer. Basis `reported` when
/// every answer had usage, `partial` when only some had, `none` when none had. The model is the last one named.
UsageOutcome sum_batch_output(std::string_view lines);

}  // namespace tollgate::usage
