// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

namespace tollgate::shared_quotas {

/// Who claims: one run of one gateway. No two that run at once have the same gateway's name.
struct Process {
  std::string gateway;  ///< gateway.name
  /// Rises with each run: microseconds since 1970 when it began.
  std::int64_t incarnation = 0;
  unsigned workers = 1;

  bool operator==(const Process&) const = default;
};

}  // namespace tollgate::shared_quotas
