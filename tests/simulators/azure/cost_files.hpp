// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "bill.hpp"

namespace tollgate::simulator {

/// In front of a resource's name: its id in Azure Resource Manager.
inline constexpr const char* kResourceIds =
    "/subscriptions/00000000-0000-0000-0000-00000000000a/resourceGroups/ai/providers/"
    "Microsoft.CognitiveServices/accounts/";

/// The bill as Cost Management exports it, CSV: `shape` is "actual" or "focus", `currency` its
/// currency, `meters` a list of {"model", "class": "input" | "cached_input" | "output", "meter",
/// "price"}, the price for a million tokens as text. What has no meter is not on it. Throws
/// std::exception for a wish that makes no sense.
std::string cost_export(const Bill& bill, const nlohmann::json& wish);

/// What Azure Monitor counted, by the hour: a list of answers of its REST API, one a resource.
nlohmann::json metric_answers(const Bill& bill);

}  // namespace tollgate::simulator
