// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "batch.hpp"

#include <utility>

namespace tollgate::exporters {

Batch make_batch(const Exporter& exporter, std::span<const Row> rows) {
  const BatchLimits limits = exporter.limits();
  Batch out;
  std::size_t bytes = limits.per_batch;
  for (const Row& row : rows) {
    if (out.rows.size() == limits.rows) break;
    std::string text = exporter.encode(row);
    bytes += text.size() + limits.per_row;
    if (bytes > limits.bytes) break;
    out.rows.push_back(std::move(text));
  }
  return out;
}

}  // namespace tollgate::exporters
