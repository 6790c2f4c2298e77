// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "storage_names.hpp"
#include "tollgate/base/time.hpp"

namespace tollgate::ledger {

/// Where a block stands in the order.
struct BlockPlace {
  std::int64_t first = 0;
  std::int64_t records = 0;
  UtcTime arrived_at;
};

/// From an operation's begin to its record's arrival, where no start comes between: the longest one
/// that is followed takes 26 hours; the rest is for a database that could not be written for a
/// while.
inline constexpr std::chrono::hours kLongestWay{48};

/// What is known of the order apart from its blocks.
struct OrderEnds {
  std::int64_t forgotten_to = 0;  ///< Counter::forgotten_to
  std::int64_t given_to = 0;      ///< the last place that was ever given; 0: not known
};

/// Places that were given, whose records nobody deleted, and that no block has.
struct SequenceGap {
  std::int64_t first = 0;
  std::int64_t last = 0;
  std::optional<UtcTime> arrived_after;   ///< nullopt: nothing before it is kept
  std::optional<UtcTime> arrived_before;  ///< nullopt: nothing behind it is there

  bool operator==(const SequenceGap&) const = default;
};

/// From which place on none may be missing. `first`: of the first block; nullopt: there is none.
/// Where an earlier version's salvage has moved `forgotten_to` behind blocks that are there, what
/// is missing before the first of them cannot be told.
std::int64_t first_due(std::optional<std::int64_t> first, std::int64_t forgotten_to);

/// The gaps of an order from its first_due() on; the blocks come sorted.
std::vector<SequenceGap> find_gaps(std::span<const BlockPlace> blocks, const OrderEnds& ends);

/// The same of a database. Error storage.
Result<std::vector<SequenceGap>> read_gaps(Database& database);

/// "records 11 to 20 are missing: 10 records, which arrived between ... and ...".
std::string describe(const SequenceGap& gap);

}  // namespace tollgate::ledger
