// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tollgate/pricing/amount.hpp"

namespace tollgate::reconciliation {

/// Why a row of Azure's file is compared with nothing.
enum class LeftOutFor : std::uint8_t {
  resource,   ///< no backend stands for its resource
  charge,     ///< a tax, a purchase, a refund
  deployment  ///< of metrics: what they count is of no deployment
};

/// Such a row. Nothing of it can spoil what is compared: a number that cannot be read is not known.
struct LeftOutRow {
  LeftOutFor why = LeftOutFor::resource;
  std::string day;   ///< empty: none that could be read
  std::string name;  ///< of the resource, or the kind of charge
  std::string currency;
  std::optional<pricing::Int128> cost;  ///< in 10^-12 of the currency
  std::string counted = {};             ///< the metric; empty: a row of a bill
  std::optional<std::int64_t> quantity = {};
};

/// A sentence for each reason: how many rows, whose, what they cost by currency or count by metric.
/// Pure.
std::vector<std::string> notes_of(std::span<const LeftOutRow> rows);

}  // namespace tollgate::reconciliation
