// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <string_view>
#include <tuple>
#include <vector>

#include "rollup_table.hpp"

namespace tollgate::ledger {

/// Gathers sums in memory, so that many records write few rows.
class RollupBatch {
 public:
  explicit RollupBatch(RollupTable& table) : table_(table) {}

  /// A record in its journal form; `sign` as RollupSums::add. Error storage.
  Result<void> add(std::string_view payload, RollupKind kind, int sign);
  /// Into the table, and begins anew. Error storage.
  Result<void> write();

 private:
  /// Start, group and kind.
  using Key = std::tuple<std::int64_t, std::int64_t, RollupKind>;

  Result<void> write(const std::map<Key, RollupSums>& sums, seconds length);

  RollupTable& table_;
  std::map<Key, RollupSums> quarters_;
  std::vector<PriceSums> found_;  ///< of the record at hand; its room is used again
};

}  // namespace tollgate::ledger
