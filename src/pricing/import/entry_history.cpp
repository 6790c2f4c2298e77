// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "entry_history.hpp"

#include <algorithm>

namespace tollgate::pricing {
namespace {

/// What the list has by its own words: two meters with one meaning are two prices.
std::pair<std::string_view, std::string_view> source_of(const ListedPrice& price) {
  return {price.region, price.named};
}

/// The prices on a day: of each source the one that began last, unless it has ended.
std::vector<const ListedPrice*> in_force(const std::vector<ListedPrice>& prices, UtcTime day) {
  std::map<std::pair<std::string_view, std::string_view>, UtcTime> begun;
  for (const ListedPrice& price : prices) {
    if (price.from > day) continue;
    UtcTime& last = begun.try_emplace(source_of(price), price.from).first->second;
    last = std::max(last, price.from);
  }
  std::vector<const ListedPrice*> out;
  for (const ListedPrice& price : prices) {
    const auto last = begun.find(source_of(price));
    if (last == begun.end() || last->second != price.from) continue;
    if (!price.until || day < *price.until) out.push_back(&price);
  }
  return out;
}

std::set<UtcTime> days_of(const std::vector<ListedPrice>& prices) {
  std::set<UtcTime> out;
  for (const ListedPrice& price : prices) {
    out.insert(price.from);
    if (price.until) out.insert(*price.until);
  }
  return out;
}

using Dispute = std::pair<const ListedPrice*, const ListedPrice*>;

/// Two prices for one day that are not the same.
std::optional<Dispute> dispute_in(const std::vector<ListedPrice>& prices) {
  for (const UtcTime day : days_of(prices)) {
    const auto forced = in_force(prices, day);
    for (const ListedPrice* const one : forced) {
      if (one->rate != forced.front()->rate) return Dispute{forced.front(), one};
    }
  }
  return std::nullopt;
}

std::string described(const ListedPrice& price) {
  const std::string region = price.region.empty() ? "" : ", " + price.region;
  return price.rate.text + " (" + price.named + region + ", line " + std::to_string(price.line) +
         ")";
}

Rates& rates_in(PriceEntry& entry, std::int64_t above) {
  if (above == 0) return entry.rates;
  auto band = std::find_if(entry.bands.begin(), entry.bands.end(),
                           [&](const Band& one) { return one.above_prompt_tokens >= above; });
  if (band == entry.bands.end() || band->above_prompt_tokens != above)
    band = entry.bands.insert(band, Band{above, {}});
  return band->rates;
}

bool has_price_by_million(const Rates& rates) {
  return std::any_of(kPriceClasses.begin(), kPriceClasses.end(), [&](const PriceClassRow& row) {
    return row.measure == Measure::million && rates[index_of(row.price_class)].has_value();
  });
}

bool same_prices(const PriceEntry& a, const PriceEntry& b) {
  return a.rates == b.rates &&
         std::equal(a.bands.begin(), a.bands.end(), b.bands.begin(), b.bands.end(),
                    [](const Band& one, const Band& other) {
                      return one.above_prompt_tokens == other.above_prompt_tokens &&
                             one.rates == other.rates;
                    });
}

}  // namespace

EntryHistory::EntryHistory(std::vector<ListedPrice> prices, std::string_view region,
                           ImportWarnings& warnings)
    : model_(prices.front().model),
      scope_(prices.front().scope),
      tier_(prices.front().tier),
      region_(region),
      warnings_(warnings) {
  leave_other_regions(prices);
  for (ListedPrice& price : prices)
    slots_[{price.above_prompt_tokens, price.price_class}].push_back(std::move(price));
}

std::vector<PriceEntry> EntryHistory::entries() {
  leave_graduated();
  leave_disputed();
  std::vector<PriceEntry> out;
  for (const UtcTime day : days()) append(out, day);
  return out;
}

void EntryHistory::leave_other_regions(std::vector<ListedPrice>& prices) const {
  if (region_.empty() || (scope_ != Scope::regional && scope_ != Scope::data_zone)) return;
  std::erase_if(prices, [&](const ListedPrice& price) { return price.region != region_; });
}

void EntryHistory::leave_graduated() {
  std::erase_if(slots_, [&](const auto& slot) {
    const auto found = std::find_if(slot.second.begin(), slot.second.end(),
                                    [](const ListedPrice& price) { return price.graduated; });
    if (found == slot.second.end()) return false;
    warn(std::string(to_string(slot.first.second)) +
             " has several prices by the amount used in a month (" + found->named + ")",
         "left out");
    return true;
  });
}

void EntryHistory::leave_disputed() {
  for (auto slot = slots_.begin(); slot != slots_.end();) {
    const bool stays = settle(slot->first.second, slot->second);
    slot = stays ? std::next(slot) : slots_.erase(slot);
  }
}

bool EntryHistory::settle(PriceClass price_class, Prices& prices) {
  const std::optional<Dispute> dispute = dispute_in(prices);
  if (!dispute) return true;
  std::string text(to_string(price_class));
  text.append(" differs: ").append(described(*dispute->first));
  text.append(", ").append(described(*dispute->second));
  const bool choosable = region_.empty() && dispute->first->region != dispute->second->region;
  Prices own;
  std::copy_if(prices.begin(), prices.end(), std::back_inserter(own),
               [&](const ListedPrice& one) { return !region_.empty() && one.region == region_; });
  if (own.empty() || dispute_in(own)) {
    warn(text + (choosable ? "; a region (--region) chooses" : ""), "left out");
    return false;
  }
  warn(text, "that of " + std::string(region_) + " is taken");
  prices = std::move(own);
  return true;
}

std::set<UtcTime> EntryHistory::days() const {
  std::set<UtcTime> out;
  for (const auto& [slot, prices] : slots_) out.merge(days_of(prices));
  return out;
}

/// An entry for the day, where it differs from the one before.
void EntryHistory::append(std::vector<PriceEntry>& out, UtcTime day) {
  std::optional<PriceEntry> entry = entry_on(day);
  if (!entry) {
    if (!out.empty() && !out.back().until) out.back().until = day;
    return;
  }
  if (!out.empty() && out.back().until) {  // a file of prices has no days without one between two
    warn("nothing is known from " + to_date(*out.back().until) + " until " + to_date(day),
         "what was before is left out");
    out.clear();
  }
  if (out.empty() || !same_prices(out.back(), *entry)) out.push_back(std::move(*entry));
}

std::optional<PriceEntry> EntryHistory::entry_on(UtcTime day) {
  PriceEntry out;
  out.model = model_;
  out.scope = scope_;
  out.tier = tier_;
  out.from = day;
  std::set<PriceClass> short_only;
  for (const auto& [slot, prices] : slots_) {
    const auto forced = in_force(prices, day);
    if (forced.empty()) continue;
    rates_in(out, slot.first)[index_of(slot.second)] = forced.front()->rate;
    if (forced.front()->short_prompts_only) short_only.insert(slot.second);
  }
  complete(out, short_only);
  const bool any = std::any_of(out.rates.begin(), out.rates.end(),
                               [](const auto& rate) { return rate.has_value(); });
  return any ? std::optional(std::move(out)) : std::nullopt;
}

/// An entry and its bands have the same classes: what one of them lacks is left out of all.
void EntryHistory::complete(PriceEntry& entry, const std::set<PriceClass>& short_only) {
  for (const PriceClassRow& row : kPriceClasses) {
    const std::size_t at = index_of(row.price_class);
    if (row.measure != Measure::million) {
      for (Band& band : entry.bands) band.rates[at] = entry.rates[at];
      continue;
    }
    std::size_t prices = entry.rates[at] ? 1 : 0;
    for (const Band& band : entry.bands) prices += band.rates[at] ? 1 : 0;
    const bool only_short = entry.bands.empty() && short_only.contains(row.price_class);
    if (prices == 0 || (prices == entry.bands.size() + 1 && !only_short)) continue;
    warn(std::string(row.name) + " has a price for " +
             (entry.rates[at] ? "short prompts only" : "long prompts only"),
         "left out");
    entry.rates[at].reset();
    for (Band& band : entry.bands) band.rates[at].reset();
  }
  std::erase_if(entry.bands, [](const Band& band) { return !has_price_by_million(band.rates); });
}

void EntryHistory::warn(const std::string& what, std::string_view done) {
  std::string text = model_;
  if (scope_ != Scope::any) text.append(", scope ").append(to_string(scope_));
  warnings_.add(text + ", tier " + std::string(to_string(tier_)) + ": " + what + ": " +
                std::string(done));
}

}  // namespace tollgate::pricing
