// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tollgate/base/error.hpp"

namespace tollgate::reconciliation {

/// What Azure Monitor counts of a deployment.
enum class Metric : std::uint8_t { prompt_tokens, generated_tokens, requests };

inline constexpr std::array<std::string_view, 3> kMetricNames{
    "ProcessedPromptTokens", "GeneratedTokens", "AzureOpenAIRequests"};

constexpr std::string_view to_string(Metric metric) {
  return kMetricNames[static_cast<std::size_t>(metric)];
}

/// One metric of a deployment within an interval that the answer has.
struct MetricRow {
  std::string day;  ///< UTC, on which the interval began
  std::string resource_id;
  std::string deployment;
  Metric metric = Metric::prompt_tokens;
  std::int64_t total = 0;
};

/// Reads answers of the metrics REST API of Azure Monitor: one, or an array of them. Metrics of
/// other names are passed over. Error invalid_input: it is none, a series has no
/// ModelDeploymentName, or a value is no whole number from 0 on.
Result<std::vector<MetricRow>> read_metrics(std::string_view json);

}  // namespace tollgate::reconciliation
