// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include "tollgate/base/time.hpp"

namespace tollgate::trail {

/// Where an audit trail is, and what its keeper goes by; who reads or erases goes by the places.
struct StoreSettings {
  std::string path;               ///< of the database
  std::string gateway;            ///< column `Gateway`, and the origin of checkpoints
  std::uint64_t max_size = 0;     ///< bytes in the database; 0: no limit
  seconds retention{0};           ///< age by the event's time; 0: for ever
  bool signs_checkpoints = true;  ///< rows wait for theirs before they are deleted
  /// A file, somewhere else than the database, that is written wherever `PATH.mark` is, and says
  /// the same; empty: that one alone does.
  std::string second_mark = {};
};

}  // namespace tollgate::trail
