// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include "tollgate/pricing/pricer.hpp"
#include "tollgate/telemetry/metrics.hpp"
#include "tollgate/usage/usage_record.hpp"

namespace tollgate::followup {

/// Of a priced record: counts it when there was no price for it, and warns once for each model, and
/// once for classes of one that have no price. For every place where an operation comes to its end:
/// with its answer, or after it.
void note_unpriced(const usage::UsageRecord& record, const pricing::Pricer& pricer,
                   telemetry::WorkerMetrics& metrics);

}  // namespace tollgate::followup
