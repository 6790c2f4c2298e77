// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "stale_rule.hpp"

namespace tollgate::upstream {

bool may_replay(const FailedReuse& failure) {
  if (!failure.reused || failure.response_bytes > 0) return false;
  if (failure.error != Errc::closed && failure.error != Errc::protocol) return false;
  return failure.repeatable || failure.since_sent <= kStaleWindow;
}

}  // namespace tollgate::upstream
