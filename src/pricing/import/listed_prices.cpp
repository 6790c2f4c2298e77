// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "listed_prices.hpp"

#include <iterator>
#include <utility>

#include "entry_history.hpp"

namespace tollgate::pricing {
namespace {

std::string listed(const std::set<std::string, std::less<>>& names) {
  std::string out;
  for (const std::string& name : names) out.append(out.empty() ? "" : ", ").append(name);
  return out;
}

}  // namespace

void ImportWarnings::add(std::string text) {
  if (said_.insert(text).second) texts_.push_back(std::move(text));
}

void ListedPrices::take(ListedPrice price) {
  if (!price.region.empty()) regions_.insert(price.region);
  Kind kind{price.model, price.scope, price.tier};
  kinds_[std::move(kind)].push_back(std::move(price));
}

Result<std::vector<PriceEntry>> ListedPrices::entries(std::string_view region,
                                                      ImportWarnings& warnings) && {
  if (!region.empty() && !regions_.contains(region))
    return Error{Errc::invalid_input, "the list has no price of the region " + std::string(region) +
                                          ": its regions are " + listed(regions_)};
  std::vector<PriceEntry> out;
  for (auto& [kind, prices] : kinds_) {
    auto entries = EntryHistory(std::move(prices), region, warnings).entries();
    std::move(entries.begin(), entries.end(), std::back_inserter(out));
  }
  return out;
}

}  // namespace tollgate::pricing
