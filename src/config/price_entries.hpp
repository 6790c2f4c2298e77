// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "node_reader.hpp"
#include "tollgate/pricing/price_list.hpp"

namespace tollgate::config {

/// What a file says of prices, before it is known whether it fits together.
struct PriceDraft {
  std::string currency;
  std::vector<pricing::PriceEntry> entries;  ///< those whose model and dates are right
  std::vector<pricing::Adjustment> adjustments;
  std::vector<pricing::Capacity> capacities;  ///< those whose deployment and times are right
};

/// Each declares one entry of a list, and adds it unless it is wrong in a way that would make
/// other entries look wrong.
void declare_price_entry(MappingReader& reader, PriceDraft& out);
void declare_adjustment(MappingReader& reader, PriceDraft& out);

}  // namespace tollgate::config
