// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tollgate/base/time.hpp"

namespace tollgate::trail {

/// What is delivered, each with places of its own: all rows, the accesses (whose order and table
/// are their own), or of the rows the checkpoints alone. Persisted: never change a number.
enum class Stream : std::int64_t { rows = 1, accesses = 2, checkpoints = 3 };

/// An exporter of the configuration. One that takes checkpoints alone gets nothing else.
struct ServedExporter {
  std::string name;
  bool checkpoints_only = false;
};

/// A row that a destination refuses for good: it is kept until an operator decides.
struct RefusedRow {
  std::int64_t sequence = 0;
  std::string reason;
};

/// What became of rows that undelivered() gave: of every one up to the last that is named here. The
/// others are given again.
struct RowAccounting {
  std::vector<std::int64_t> accepted;
  std::vector<RefusedRow> refused;
  std::vector<std::int64_t> damaged;  ///< cannot be read, and are passed over
};

/// Why a destination takes nothing, and since when.
struct StreamTrouble {
  UtcTime since;
  std::string reason;
};

/// How far an exporter has come in a stream.
struct StreamProgress {
  std::string exporter;
  Stream stream = Stream::rows;
  bool active = false;        ///< configured; else it is not waited for
  std::int64_t position = 0;  ///< the last sequence it has got, or refused
  std::uint64_t backlog = 0;
  std::uint64_t quarantined = 0;  ///< refused, until an operator decides
  std::uint64_t retrying = 0;     ///< ... who wants them sent again
  /// When what the oldest row of the backlog, or of those, tells took place; nullopt: none waits.
  std::optional<UtcTime> oldest = std::nullopt;
  std::optional<StreamTrouble> trouble = std::nullopt;  ///< its destination takes nothing now
};

}  // namespace tollgate::trail
