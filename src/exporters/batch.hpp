// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>
#include <vector>

#include "tollgate/exporters/exporter.hpp"

namespace tollgate::exporters {

/// Rows on their way, as their destination takes them; the i-th is the i-th of those that it was
/// made of.
struct Batch {
  std::vector<std::string> rows;
};

/// As many of the rows, from the first on, as one batch may hold. Empty: the first alone is over
/// the limit.
Batch make_batch(const Exporter& exporter, std::span<const Row> rows);

}  // namespace tollgate::exporters
