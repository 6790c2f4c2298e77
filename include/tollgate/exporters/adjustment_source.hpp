// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include "tollgate/exporters/delivery_source.hpp"
#include "tollgate/ledger/adjustments.hpp"

namespace tollgate::exporters {

/// The adjustments of records' costs, as the exporter of this name takes them. `book` outlives it.
std::unique_ptr<DeliverySource> make_adjustment_source(ledger::AdjustmentBook& book,
                                                       std::string exporter);

}  // namespace tollgate::exporters
