// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "price_warnings.hpp"

#include <algorithm>
#include <string>

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

}  // namespace

std::vector<config::ConfigError> price_warnings(const config::LoadResult& loaded, UtcTime now) {
  const config::Config& config = *loaded.config;
  std::vector<config::ConfigError> out;
  if (config.prices.list.empty()) return out;
  const int line = config::line_given(loaded.settings, {"prices.file", "prices.currency"});
  if (!fits_some_target(config, now))
    out.push_back({line, 0,
                   "no price is of a model that any target is known to serve: unless answers name "
                   "one that has a price, no operation will have a cost; `tollgate prices check` "
                   "says of each target what is missing"});
  return out;
}

}  // namespace tollgate::app
