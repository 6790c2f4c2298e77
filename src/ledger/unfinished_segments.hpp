// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "storage_names.hpp"
#include "tollgate/base/time.hpp"

namespace tollgate::ledger {

/// A journal segment that was not read to its end, as the database knows it.
struct UnfinishedSegment {
  std::string name;
  std::int64_t ingested_to = 0;  ///< how far it was
  UtcTime changed_at;            ///< and when: what is behind came later
};

enum class Losses { all, untold };

/// Of all of them, or of those whose loss nobody has been told of yet. Error storage.
Result<std::vector<UnfinishedSegment>> unfinished_segments(Database& database, Losses which);

/// What it held is accounted for. Error storage.
[[nodiscard]] Result<void> finish_segment(Database& database, const std::string& name);

}  // namespace tollgate::ledger
