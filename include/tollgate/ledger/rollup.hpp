// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "tollgate/base/int128.hpp"
#include "tollgate/base/time.hpp"
#include "tollgate/usage/usage_record.hpp"

// What the ledger keeps of operations when their records are gone: sums over a quarter of an hour
// and over a day (UTC), of operations that have in common what reports group by
// (docs/ledger-format.md, docs/adr/0210-rollups.md).
namespace tollgate::ledger {

/// Every reporting time zone's days begin on the border of one.
inline constexpr seconds kQuarterHour{900};
inline constexpr seconds kUtcDay{86'400};

/// What is added up, by its number on the disk: add, never change.
enum class RollupCount : std::uint8_t {
  operations = 0,
  with_total = 1,  ///< operations that have a total
  prompt_tokens = 2,
  completion_tokens = 3,
  total_tokens = 4,
  cached_prompt_tokens = 5,
  reasoning_tokens = 6,
  prompt_audio_tokens = 7,
  completion_audio_tokens = 8,
  image_tokens = 9,
  accepted_prediction_tokens = 10,
  rejected_prediction_tokens = 11,
  cache_write_tokens = 12,
  completion_image_tokens = 13,
  cached_audio_tokens = 14,
  cached_image_tokens = 15,
  duration_ms = 16,
  request_bytes = 17,
  response_bytes = 18,
  audio_duration_ms = 19,
  web_search_calls = 20,
  file_search_calls = 21,
  code_interpreter_calls = 22,
  cost_nano = 23,
  images = 24,
  characters = 25,
  computer_use_calls = 26,
  provisional_cost_nano = 27
};
inline constexpr std::size_t kRollupCounts =
    static_cast<std::size_t>(RollupCount::provisional_cost_nano) + 1;

/// The components of costs that have class and price in common.
struct PriceSums {
  std::int64_t price = 0;  ///< names the price: LedgerReader::price, RollupTable
  Int128 records = 0;
  Int128 quantity = 0;
  Int128 cost_nano = 0;

  bool operator==(const PriceSums&) const = default;
};

/// The sums of some operations. Nothing is rounded, and nothing is lost where sums are added or
/// taken away again.
struct RollupSums {
  std::array<Int128, kRollupCounts> counts{};
  std::vector<PriceSums> prices;  ///< no two of one price
  /// When the last of the operations began, in microseconds. Stays where sums are taken away.
  std::int64_t last_time = std::numeric_limits<std::int64_t>::min();

  Int128& operator[](RollupCount count) { return counts[static_cast<std::size_t>(count)]; }
  const Int128& operator[](RollupCount count) const {
    return counts[static_cast<std::size_t>(count)];
  }
  /// `sign` is 1, or -1 to take them away.
  void add(const RollupSums& other, int sign = 1);
  void add(const PriceSums& sums, int sign = 1);
};

/// Sums of a time, as a reader is given them.
struct UsageShare {
  UtcTime begin;                     ///< of the quarter hour or day; of a record: when it began
  std::int64_t group = 0;            ///< equal groups have equal dimensions; 0: look at them
  const usage::UsageRecord& record;  ///< what the operations have in common; of a record all of it
  const RollupSums& sums;
};

}  // namespace tollgate::ledger
