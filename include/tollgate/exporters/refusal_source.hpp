// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include "tollgate/exporters/delivery_source.hpp"
#include "tollgate/ledger/quota_book.hpp"

namespace tollgate::exporters {

/// Whom quotas refused, as the exporter of this name takes it: a row once its minute is over. What
/// its destination refuses for good is not sent again. `book` outlives it.
std::unique_ptr<DeliverySource> make_refusal_source(ledger::QuotaBook& book, std::string exporter);

}  // namespace tollgate::exporters
