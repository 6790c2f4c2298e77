// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "tollgate/usage/usage_outcome.hpp"

namespace tollgate::usage {

/// Sums the usage of a batch: `text` is its output file, whose lines are JSON objects with the
/// answer to one request each, its usage under `response.body.usage` (azure-protocol.md 1.9, where
/// the layout is unverified). A line whose request was refused has no usage and needs none, unless
/// the content filter did it, which is charged. Basis `reported` when all other lines told all of
/// theirs, `partial` when some did not, `none` when none did; when all were refused, the reason is
/// error_answer. The model is the last one named.
UsageOutcome sum_batch_output(std::string_view text);

}  // namespace tollgate::usage
