// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include "tollgate/base/time.hpp"
#include "tollgate/usage/longest_operation.hpp"

namespace tollgate::followup {

/// How long until an unfinished operation is asked about again: soon at first, at most a minute
/// apart.
milliseconds next_delay(unsigned times_asked);

inline constexpr seconds kLongestFollowed = usage::kLongestOperation;

enum class Verdict { finished, unfinished, gone, try_later };

/// What an answer means: `status_code` of HTTP and `status` of the object.
Verdict judge(int status_code, std::string_view status);

}  // namespace tollgate::followup
