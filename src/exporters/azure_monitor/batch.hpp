// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "tollgate/base/error.hpp"
#include "tollgate/ledger/ledger.hpp"

namespace tollgate::exporters::azure_monitor {

/// Largest body, raw and gzipped alike: the API's limit is 1 MB and its texts leave open which it means
/// (azure-protocol.md 6.2, 6.5).
inline constexpr std::size_t kLargestBody = 1'000'000;

/// Records on their way: one JSON array.
struct Batch {
  std::vector<std::int64_t> sequences;
  std::string json;
};

/// As many of the records, from the first on, as fit into one body. A record that alone is too large makes a
/// batch by itself whose json is empty.
Batch make_batch(std::span<const ledger::StoredRecord> records);

/// gzip of the bytes. Error internal when zlib fails.
Result<std::string> gzip(const std::string& bytes);

}  // namespace tollgate::exporters::azure_monitor
