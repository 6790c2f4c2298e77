// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "price_warnings.hpp"

#include <algorithm>
#include <string>

#include "tollgate/base/nearest_name.hpp"
#include "tollgate/config/price_file.hpp"
#include "tollgate/config/setting_values.hpp"

namespace tollgate::app {
namespace {

/// Answers name the model that served, which the name that clients ask for may tell as well.
bool may_be_served(const pricing::PriceList& list, const std::string& model) {
  return std::ranges::any_of(list.entries(), [&](const pricing::PriceEntry& entry) {
    return entry.model == model || pricing::without_date(entry.model) == model;
  });
}

bool fits_some_target(const config::Config& config, UtcTime now) {
  const pricing::Pricer pricer = config::make_pricer(config);
  for (const config::Model& model : config.models) {
    if (may_be_served(config.prices.list, model.name)) return true;
    for (const config::Target& target : model.targets) {
      if (pricer.find_price({target.backend, target.deployment, {}, {}, now}).missing.empty())
        return true;
    }
  }
  return false;
}

/// The deployments of a backend that targets lead to.
std::vector<std::string> deployments_of(const config::Config& config, const std::string& backend) {
  std::vector<std::string> out;
  for (const config::Model& model : config.models) {
    for (const config::Target& target : model.targets) {
      if (target.backend == backend) out.push_back(target.deployment);
    }
  }
  return out;
}

/// Hours that nobody can be served by come to nobody.
void warn_of_capacity(const config::LoadResult& loaded, UtcTime now,
                      std::vector<config::ConfigError>& out) {
  const int line_of_file = config::line_given(loaded.settings, {"prices.file"});
  for (const auto history : loaded.config->prices.list.capacities().deployments()) {
    const pricing::Capacity& last = history.back();
    if (last.until && *last.until <= now) continue;
    const auto known = deployments_of(*loaded.config, last.backend);
    if (std::ranges::find(known, last.deployment) != known.end()) continue;
    out.push_back({line_of_file == 0 ? last.line : line_of_file, 0,
                   "prices.provisioned has " + last.backend + "/" + last.deployment +
                       ", to which no target of a model leads: its hours cost, and no operation "
                       "of this gateway pays them" +
                       did_you_mean(last.deployment, known)});
  }
}

}  // namespace

std::vector<config::ConfigError> price_warnings(const config::LoadResult& loaded, UtcTime now) {
  const config::Config& config = *loaded.config;
  std::vector<config::ConfigError> out;
  if (config.prices.list.empty()) return out;
  const int line = config::line_given(loaded.settings, {"prices.file", "prices.currency"});
  warn_of_capacity(loaded, now, out);
  if (!fits_some_target(config, now))
    out.push_back({line, 0,
                   "no price is of a model that any target is known to serve: unless answers name "
                   "one that has a price, no operation will have a cost; `tollgate prices check` "
                   "says of each target what is missing"});
  return out;
}

}  // namespace tollgate::app
