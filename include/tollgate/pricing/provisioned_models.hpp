// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace tollgate::pricing {

/// How a model uses up capacity that is paid by the hour.
struct ProvisionedModel {
  std::string_view name;
  std::int64_t output_weight = 0;      ///< one token out counts as so many in
  std::int64_t tokens_per_minute = 0;  ///< that one PTU takes, in tokens in
  /// The smallest global or data zone deployment, and its steps; the same of a regional one.
  std::int64_t least = 15;
  std::int64_t step = 5;
  std::int64_t least_regional = 50;
  std::int64_t step_regional = 50;
};

/// Of "Deployment parameters and throughput values by model" in Microsoft's "Determine PTU sizing
/// for a workload" of 2026-05-21 (azure-ai-docs
/// articles/foundry/openai/how-to/provisioned-throughput-sizing.md @07d8467): "Output-to-input
/// ratio", "Input TPM per PTU", minimum deployments and scale increments. Of the last three there
/// are no regional deployments.
inline constexpr std::array<ProvisionedModel, 21> kProvisionedModels{{
    {"gpt-5.5", 6, 1'200},
    {"gpt-5.4", 6, 2'400},
    {"gpt-5.3-codex", 8, 3'400},
    {"gpt-5.2", 8, 3'400},
    {"gpt-5.2-codex", 8, 3'400},
    {"gpt-5.1", 8, 4'750},
    {"gpt-5.1-codex", 8, 4'750},
    {"gpt-5", 8, 4'750},
    {"gpt-5-mini", 8, 23'750, 15, 5, 25, 25},
    {"gpt-4.1", 4, 3'000},
    {"gpt-4.1-mini", 4, 14'900, 15, 5, 25, 25},
    {"gpt-4.1-nano", 4, 59'400, 15, 5, 25, 25},
    {"o3", 4, 3'000},
    {"o4-mini", 4, 5'400, 15, 5, 25, 25},
    {"gpt-4o", 4, 2'500},
    {"gpt-4o-mini", 4, 37'000, 15, 5, 25, 25},
    {"o3-mini", 4, 2'500, 15, 5, 25, 25},
    {"o1", 4, 230, 15, 5, 25, 50},
    {"Llama-3.3-70B-Instruct", 4, 8'450, 100, 100, 100, 100},
    {"DeepSeek-R1", 4, 4'000, 100, 100, 100, 100},
    {"DeepSeek-V3-0324", 4, 4'000, 100, 100, 100, 100},
}};

/// By its own name, else by its name without `-YYYY-MM-DD`; null: the table has none such.
const ProvisionedModel* find_provisioned_model(std::string_view model);

/// "gpt-5.5, gpt-5.4, ...": for messages.
std::string provisioned_model_names();

}  // namespace tollgate::pricing
