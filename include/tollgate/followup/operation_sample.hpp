// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include "tollgate/telemetry/metrics.hpp"
#include "tollgate/usage/usage_record.hpp"

namespace tollgate::followup {

/// What metrics take from a record, with its answer or after it; refers into the record. Without
/// its tokens where the work goes on: they are counted once, when it is settled.
telemetry::OperationSample operation_sample(const usage::UsageRecord& record, bool with_tokens);

}  // namespace tollgate::followup
