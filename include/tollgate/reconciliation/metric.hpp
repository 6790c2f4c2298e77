// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tollgate::reconciliation {

/// What Azure Monitor counts of a deployment.
enum class Metric : std::uint8_t { prompt_tokens, generated_tokens, requests };

inline constexpr std::array<std::string_view, 3> kMetricNames{
    "ProcessedPromptTokens", "GeneratedTokens", "AzureOpenAIRequests"};

constexpr std::string_view to_string(Metric metric) {
  return kMetricNames[static_cast<std::size_t>(metric)];
}

}  // namespace tollgate::reconciliation
