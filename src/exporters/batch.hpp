// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>
#include <vector>

#include "tollgate/exporters/exporter.hpp"
#include "tollgate/ledger/ledger.hpp"

namespace tollgate::exporters {

/// Records on their way, as their destination takes them; row i is record i of those it was made
/// of.
struct Batch {
  std::vector<std::string> rows;
};

/// As many of the records, from the first on, as one batch may hold. Empty: the first alone is over
/// the limit.
Batch make_batch(const Exporter& exporter, std::span<const ledger::StoredRecord> records);

}  // namespace tollgate::exporters
