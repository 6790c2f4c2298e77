// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "tollgate/pricing/price_list.hpp"

namespace tollgate::config {

/// `prices`: what Azure's work costs, and what was agreed on.
struct Prices {
  std::string file;         ///< where they stand when not in the configuration itself; empty: here
  pricing::PriceList list;  ///< empty: nobody told any price
};

}  // namespace tollgate::config
