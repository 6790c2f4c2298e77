// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tollgate/base/error.hpp"
#include "tollgate/base/time.hpp"
#include "tollgate/ledger/ledger.hpp"

namespace tollgate::exporters {

/// A row as its source has it.
struct Row {
  std::int64_t sequence = 0;  ///< its place in the source's order
  std::string_view type;      ///< what sort of row: tollgate.usage, ... (a literal)
  std::string id;             ///< the same whenever the row is sent again
  UtcTime time;               ///< of what it tells
  std::string json;           ///< one JSON object with the table's columns; no newline
};

/// A row that is refused for good.
struct RefusedRow {
  std::int64_t sequence = 0;
  std::string id;
  std::string reason;
};

/// What became of rows that undelivered() gave, the oldest first: of every one up to the last that
/// is named here. The others are given again.
struct RowAccounting {
  std::vector<std::int64_t> accepted;
  std::vector<RefusedRow> refused;
};

/// Rows in one order, as one exporter takes them. Called where blocking is allowed, from one place
/// at a time.
class DeliverySource {
 public:
  virtual ~DeliverySource() = default;
  /// The oldest that are not accounted for, at most `limit`: again and again the same ones until
  /// they are. Errors: storage.
  virtual Result<std::vector<Row>> undelivered(std::size_t limit) = 0;
  /// Of rows that the last undelivered() gave. Errors: storage; nothing is written then.
  virtual Result<void> account(const RowAccounting& accounting, UtcTime now) = 0;
  /// Why its destination takes nothing, for an operator who asks beside the gateway; empty: it has
  /// passed. Not every source has a place for that. Errors: storage.
  virtual Result<void> note_trouble(const std::string& /*why*/, UtcTime /*now*/) { return {}; }
};

/// A record of the ledger as a row.
Row row_of(const ledger::StoredRecord& stored);

/// The usage records of the ledger, as the exporter of this name takes them, each once its
/// operation ended so long ago. `ledger` outlives it.
std::unique_ptr<DeliverySource> make_record_source(ledger::Ledger& ledger, std::string exporter,
                                                   milliseconds least_age = milliseconds(0));

}  // namespace tollgate::exporters
