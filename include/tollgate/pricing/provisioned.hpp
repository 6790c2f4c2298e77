// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "tollgate/base/time.hpp"
#include "tollgate/pricing/amount.hpp"

namespace tollgate::pricing {

/// How the cost of provisioned capacity is spread over those who use it.
enum class Allocation : std::uint8_t {
  utilisation,              ///< by what each used of what all used: everything is charged
  utilisation_of_capacity,  ///< by what each used of what there is: the rest is idle capacity
  list_price,               ///< at what the same would have cost by token
  none
};

/// Capacity of a deployment that is paid by the hour, from a day on.
struct ProvisionedCapacity {
  std::string backend;
  std::string deployment;  ///< empty: every provisioned deployment of the backend
  UtcTime from;
  std::optional<UtcTime> until;
  std::int64_t units = 0;                 ///< PTUs
  std::optional<Int128> hourly_per_unit;  ///< picos; exactly one of the two is there
  std::optional<Int128> monthly_total;    ///< picos, from the invoice
  Allocation allocation = Allocation::utilisation;
  int line = 0;
};

}  // namespace tollgate::pricing
