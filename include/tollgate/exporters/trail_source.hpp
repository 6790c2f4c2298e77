// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include "tollgate/exporters/delivery_source.hpp"
#include "tollgate/trail/audit_store.hpp"

namespace tollgate::exporters {

/// The audit trail's rows, or those that say who read them, as the exporter of this name takes
/// them. `store` outlives it; it is used where the source is asked, which is the store's own
/// thread.
std::unique_ptr<DeliverySource> make_trail_source(trail::AuditStore& store, trail::Stream stream,
                                                  std::string exporter);

}  // namespace tollgate::exporters
