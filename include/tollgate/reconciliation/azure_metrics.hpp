// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tollgate/base/error.hpp"
#include "tollgate/reconciliation/left_out.hpp"
#include "tollgate/reconciliation/metric.hpp"
#include "tollgate/reconciliation/resources.hpp"

namespace tollgate::reconciliation {

/// One metric of a deployment within an interval that the answer has.
struct MetricRow {
  std::string day;       ///< UTC, on which the interval began
  std::string resource;  ///< Resources' name for it
  std::string deployment;
  Metric metric = Metric::prompt_tokens;
  std::int64_t total = 0;
};

struct AzureMetrics {
  std::vector<MetricRow> rows;
  std::vector<LeftOutRow> left_out;  ///< a metric of another resource, a value of no deployment
};

/// Reads answers of the metrics REST API of Azure Monitor: one, or an array of them. Metrics of
/// other names are passed over. Error invalid_input: it is none, or of a resource of ours a series
/// is not split by ModelDeploymentName, or a value is no whole number from 0 on or has no time.
Result<AzureMetrics> read_metrics(std::string_view json, const Resources& resources);

}  // namespace tollgate::reconciliation
