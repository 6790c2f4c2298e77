// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "storage_names.hpp"
#include "tollgate/base/time.hpp"

// Of which times sums can be made anew of the records that are kept. Errors: storage.
namespace tollgate::ledger {

/// Quarters of an hour that begin from `begin` on and before `end`, in seconds since 1970; the
/// least and the greatest number: without a limit.
struct TimeSpan {
  std::int64_t begin = std::numeric_limits<std::int64_t>::min();
  std::int64_t end = std::numeric_limits<std::int64_t>::max();

  bool operator==(const TimeSpan&) const = default;
};

struct SumTimes {
  std::vector<TimeSpan>
      made;  ///< all their records and adjustments are kept, or none of their sums
  std::vector<TimeSpan>
      stay;                   ///< the others of which there are sums; both sorted, none touches one
  bool records_lost = false;  ///< some stay because records are lost, not only deleted
};

/// Looks through all blocks. Records that are lost or damaged may have begun in any quarter of an
/// hour that the blocks beside them allow. Without any block all sums stay: nothing is left to make
/// them of.
Result<SumTimes> sum_times(Database& database);

/// Whether that time, in seconds since 1970, is in one of them.
bool contains(const std::vector<TimeSpan>& spans, std::int64_t time);

/// What nobody can prove of the sums where the others are made anew; nullopt: none stay.
std::optional<std::string> unproven(const SumTimes& times);

}  // namespace tollgate::ledger
