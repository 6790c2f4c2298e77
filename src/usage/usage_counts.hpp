// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "tollgate/usage/usage_outcome.hpp"
#include "uncounted.hpp"

namespace tollgate::usage {

/// What a `usage` object said.
struct UsageCounts {
  TokenCounts tokens;
  bool is_object = false;
  bool any_count = false;      ///< at least one of prompt, completion and total is known
  bool malformed = false;      ///< a count is there but is no whole number from 0 to 2^53
  bool duration_only = false;  ///< shape T by duration: seconds instead of tokens
  std::optional<std::int64_t> duration_ms;  ///< how many, to the millisecond
  bool incomplete = false;     ///< prompt or completion is unknown, and the total does not tell it
  bool contradictory = false;  ///< a part is more than its whole
  Uncounted uncounted;         ///< what is billed beside the counts
};

/// Reads every shape of azure-protocol.md 1.5: C, R, embeddings, I, T and assistants. Sub-objects
/// may be absent, null or hold unknown keys.
UsageCounts parse_usage(std::string_view json);

/// `code`, else `type`, of an error object, at most 128 bytes, sanitised; empty when it has
/// neither.
std::string parse_error_code(std::string_view json);

/// `id` of an object inside an answer, at most 128 bytes, sanitised; empty when it has none.
std::string parse_id(std::string_view json);

/// `reason` of Responses' incomplete_details; empty when there is none.
std::string parse_incomplete_reason(std::string_view json);

}  // namespace tollgate::usage
