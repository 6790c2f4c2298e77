// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "batch.hpp"

#include <utility>

namespace tollgate::exporters {

Batch make_batch(const Exporter& exporter, std::span<const ledger::StoredRecord> records) {
  const BatchLimits limits = exporter.limits();
  Batch out;
  std::size_t bytes = limits.per_batch;
  for (const ledger::StoredRecord& stored : records) {
    if (out.rows.size() == limits.rows) break;
    std::string row = exporter.encode(stored.record);
    bytes += row.size() + limits.per_row;
    if (bytes > limits.bytes) break;
    out.rows.push_back(std::move(row));
  }
  return out;
}

}  // namespace tollgate::exporters
