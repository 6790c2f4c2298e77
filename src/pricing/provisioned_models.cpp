// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/pricing/provisioned_models.hpp"

#include <algorithm>

#include "tollgate/pricing/price_entry.hpp"

namespace tollgate::pricing {

const ProvisionedModel* find_provisioned_model(std::string_view model) {
  for (const std::string_view name : {model, without_date(model)}) {
    const auto* const found =
        std::find_if(kProvisionedModels.begin(), kProvisionedModels.end(),
                     [&](const ProvisionedModel& row) { return row.name == name; });
    if (found != kProvisionedModels.end()) return found;
  }
  return nullptr;
}

std::string provisioned_model_names() {
  std::string out;
  for (const ProvisionedModel& row : kProvisionedModels)
    out.append(out.empty() ? "" : ", ").append(row.name);
  return out;
}

}  // namespace tollgate::pricing
