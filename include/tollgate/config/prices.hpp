// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "tollgate/pricing/price_list.hpp"
#include "tollgate/pricing/provisioned.hpp"

namespace tollgate::config {

/// `prices`: what Azure's work costs, and what was agreed on.
struct Prices {
  std::string file;         ///< where they stand when not in the configuration itself; empty: here
  pricing::PriceList list;  ///< empty: nobody told any price
  std::vector<pricing::ProvisionedCapacity> provisioned;
};

}  // namespace tollgate::config
