// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "tollgate/base/time.hpp"

namespace tollgate::ledger {

/// Something that is lost, and between which times it arrived.
struct Loss {
  std::string line;                       ///< as it is told
  std::optional<UtcTime> arrived_after;   ///< nullopt: nobody knows
  std::optional<UtcTime> arrived_before;  ///< likewise

  bool operator==(const Loss&) const = default;
};

}  // namespace tollgate::ledger
