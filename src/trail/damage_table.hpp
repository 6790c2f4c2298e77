// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tollgate/base/error.hpp"
#include "tollgate/storage/database.hpp"
#include "tollgate/trail/stored_row.hpp"

// The rows that deliveries found damaged, wholly or in their content: the table `damaged_rows`.
// Error storage.
namespace tollgate::trail {

struct Damage {
  std::uint64_t rows = 0;  ///< that are still there
  /// Of those that nobody has acknowledged.
  std::uint64_t untold = 0;
  std::int64_t first = 0;  ///< sequence

  /// For people; empty: there is none that nobody has acknowledged.
  std::string describe() const;
};

/// Remembers what is damaged among the rows, and sets which of that is new. A transaction of its
/// own where there is any.
Result<void> note_damage(storage::Database& database, FoundRows& found);
Result<Damage> read_damage(storage::Database& database);
/// The rows up to there were deleted.
Result<void> forget_damage(storage::Database& database, std::int64_t sequence);
/// True: there was damage that nobody had acknowledged.
Result<bool> acknowledge_damage(storage::Database& database);

}  // namespace tollgate::trail
