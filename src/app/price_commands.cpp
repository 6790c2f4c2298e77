// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <chrono>
#include <iostream>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "commands.hpp"
#include "explained_record.hpp"
#include "tollgate/base/nearest_name.hpp"
#include "tollgate/base/text.hpp"
#include "tollgate/config/price_file.hpp"
#include "tollgate/pricing/import.hpp"
#include "whole_file.hpp"

namespace tollgate::app {
namespace {

using pricing::PriceClassRow;
using pricing::PriceEntry;
using pricing::Rate;
using pricing::Rates;

void print_rate(std::string_view name, const Rate& rate, const std::string& currency) {
  std::cout << "    " << name << ": " << rate.text << " " << currency << " for "
            << per_words(rate.per) << "\n";
}

void print_rates(const Rates& rates, const std::string& currency) {
  for (const PriceClassRow& row : pricing::kPriceClasses) {
    const auto& rate = rates[index_of(row.price_class)];
    if (rate) print_rate(row.name, *rate, currency);
  }
}

void print_entry(const PriceEntry& entry, const std::string& currency) {
  const std::string_view scope = to_string(entry.scope);
  std::cout << entry.model << ", scope " << (scope.empty() ? "any" : scope) << ", tier "
            << to_string(entry.tier) << ", from " << pricing::to_date(entry.from);
  if (entry.until) std::cout << " until " << pricing::to_date(*entry.until);
  std::cout << "\n  PriceId " << entry.id << "\n";
  print_rates(entry.rates, currency);
  for (const pricing::ImageRate& image : entry.image_rates) {
    const std::string size = image.size.empty() ? "any size" : image.size;
    const std::string quality = image.quality.empty() ? "any quality" : image.quality;
    std::string what = "images, ";
    what.append(size).append(", ").append(quality);
    print_rate(what, image.rate, currency);
  }
  for (const pricing::Band& band : entry.bands) {
    std::cout << "  with more than " << band.above_prompt_tokens << " tokens in\n";
    print_rates(band.rates, currency);
  }
}

void print_adjustments(const pricing::PriceList& list) {
  for (const pricing::Adjustment& adjustment : list.adjustments()) {
    std::cout << "adjusted by "
              << pricing::to_decimal(adjustment.millionths, pricing::kPercentDecimals) << " % from "
              << pricing::to_date(adjustment.from);
    if (adjustment.until) std::cout << " until " << pricing::to_date(*adjustment.until);
    std::cout << " for "
              << (adjustment.client.empty() ? "every client without an adjustment of its own"
                                            : "client " + adjustment.client)
              << "\n";
  }
}

std::string in_words(const pricing::Capacity& one, const std::string& currency) {
  const bool monthly = one.pico_a_month.has_value();
  std::string out = std::to_string(one.ptu) + " PTU at ";
  out.append(
         pricing::to_decimal(one.pico_a_month.value_or(one.pico_an_hour), pricing::kPicoDecimals))
      .append(" ")
      .append(currency)
      .append(monthly ? " a month" : " a PTU and hour")
      .append(", allocate ")
      .append(to_string(one.allocate));
  if (one.allocate == pricing::Allocate::list_price) return out;
  return out.append(", one token out counts as ").append(std::to_string(one.output_weight));
}

/// What is paid by the hour for this model.
bool print_capacities(const pricing::PriceList& list, std::string_view model,
                      std::string_view family) {
  bool any = false;
  for (const pricing::Capacity& one : list.capacities().entries()) {
    if (one.model != model && (family.empty() || one.model != family)) continue;
    std::cout << one.backend << "/" << one.deployment << ", " << one.model << ", from "
              << pricing::to_minute(one.from);
    if (one.until) std::cout << " until " << pricing::to_minute(*one.until);
    std::cout << "\n    " << in_words(one, list.currency()) << "\n";
    any = true;
  }
  return any;
}

/// Of a target that is paid by the hour.
std::string hourly_price(const config::Target& target, const pricing::PriceList& list,
                         UtcTime now) {
  const pricing::Capacity* const capacity =
      list.capacities().at(target.backend, target.deployment, now);
  if (capacity == nullptr) return "paid by the hour, and prices.provisioned does not say what";
  return "paid by the hour: " + in_words(*capacity, list.currency());
}

std::set<std::string> models_of(const pricing::PriceList& list) {
  std::set<std::string> out;
  for (const PriceEntry& entry : list.entries()) out.insert(entry.model);
  return out;
}

/// Why a target has no whole price by a tier; empty: it has. What has a price for text in has one
/// for what comes out, but of an embedding, which Azure names so.
std::string missing_by(const pricing::FoundPrice& found, std::string_view model) {
  if (found.entry == nullptr) return std::string(found.missing);
  const auto priced = [&](pricing::PriceClass one) {
    return found.entry->rates[index_of(one)].has_value();
  };
  constexpr std::string_view kEmbedding = "text-embedding";
  const bool in = priced(pricing::PriceClass::input);
  const bool text_out = priced(pricing::PriceClass::output);
  const bool out = text_out || priced(pricing::PriceClass::audio_output) ||
                   priced(pricing::PriceClass::image_output);
  if (in && !out && !model.starts_with(kEmbedding) && !found.entry->model.starts_with(kEmbedding))
    return "no_price:output";
  return text_out && !in ? "no_price:input" : "";
}

/// The tiers that a request may ask for besides, of which there is no whole price.
std::string tiers_without_price(const pricing::Pricer& pricer, pricing::WorkAsked asked) {
  std::string out;
  for (const pricing::Tier tier : {pricing::Tier::priority, pricing::Tier::flex}) {
    asked.tier = to_string(tier);
    if (!missing_by(pricer.find_price(asked), asked.deployment).empty())
      out.append(out.empty() ? "" : ", ").append(asked.tier);
  }
  return out;
}

/// Of a deployment whose model is not told, and whose name is none that has a price: its records
/// may have one all the same.
std::string model_not_told(const config::Target& target, std::string_view missing) {
  if (!target.serves.empty() || missing != pricing::no_price::kModel) return {};
  return ": the deployment's name " + target.deployment +
         " is no model with a price. Set `serves` of this target to its model; without it, an "
         "answer is priced by the model that it names";
}

/// A line for a target; false: it has no whole price now.
bool print_target(const config::Model& model, const config::Target& target,
                  const pricing::Pricer& pricer) {
  const pricing::WorkAsked asked{
      target.backend, target.deployment, {}, {}, std::chrono::system_clock::now()};
  const pricing::FoundPrice found = pricer.find_price(asked);
  const std::string missing =
      missing_by(found, target.serves.empty() ? target.deployment : target.serves);
  std::cout << model.name << ": " << target.backend << "/" << target.deployment;
  if (!target.serves.empty()) std::cout << ", serves " << target.serves;
  if (!target.sku.empty()) std::cout << ", " << target.sku;
  const bool hourly = missing.empty() && found.entry == nullptr;
  const std::string others = hourly ? "" : tiers_without_price(pricer, asked);
  std::cout << ": "
            << (!missing.empty() ? missing + model_not_told(target, missing)
                : hourly         ? hourly_price(target, pricer.list(), asked.time)
                                 : "priced");
  if (missing.empty() && !others.empty()) std::cout << "; not by the tiers " << others;
  std::cout << "\n";
  return missing.empty();
}

/// Nothing is looked for in the working directory.
int tell_no_file() {
  return complain("tollgate: no configuration is named: -c FILE says where the prices stand");
}

}  // namespace

int check_prices(const std::string& config_path) {
  if (config_path.empty()) return tell_no_file();
  const config::LoadResult loaded = load_without_secrets(config_path);
  if (!loaded.config) {
    std::cerr << config::format_errors(config_path, loaded.errors);
    return 1;
  }
  const pricing::Pricer pricer = config::make_pricer(*loaded.config);
  std::size_t missing = 0;
  for (const config::Model& model : loaded.config->models) {
    for (const config::Target& target : model.targets)
      missing += print_target(model, target, pricer) ? 0 : 1;
  }
  if (missing == 0) return 0;
  return complain("tollgate: no price for " + counted(missing, "target") +
                  ": `serves` and `sku` of a target say which price it is");
}

int explain_prices(const std::string& config_path, const std::string& model) {
  if (config_path.empty()) return tell_no_file();
  const config::LoadResult loaded = load_without_secrets(config_path);
  if (!loaded.config) {
    std::cerr << config::format_errors(config_path, loaded.errors);
    return 1;
  }
  const pricing::PriceList& list = loaded.config->prices.list;
  const std::string_view family = pricing::without_date(model);
  bool any = false;
  for (const PriceEntry& entry : list.entries()) {
    if (entry.model != model && (family.empty() || entry.model != family)) continue;
    print_entry(entry, list.currency());
    any = true;
  }
  any = print_capacities(list, model, family) || any;
  if (!any)
    return complain("tollgate: no price names the model " + model +
                    did_you_mean(model, models_of(list)));
  print_adjustments(list);
  return 0;
}

int import_prices(const std::string& path, const std::string& since, const std::string& region) {
  pricing::ImportChoice choice{std::nullopt, region};
  if (!since.empty()) {
    choice.since = pricing::parse_date(since);
    if (!choice.since) return complain("tollgate: --since must be a date such as 2026-10-01");
  }
  const Result<std::string> text = read_whole_file(path);
  if (!text) return complain("tollgate: " + text.error().message);
  const Result<pricing::ImportedPrices> prices = pricing::import_prices(*text, choice);
  if (!prices) return complain("tollgate: " + path + ": " + prices.error().message);
  for (const std::string& warning : prices->warnings) warn(warning);
  if (prices->entries.empty())
    return complain("tollgate: " + path + " has no price that could be taken");
  const std::string yaml = pricing::to_yaml(*prices);
  const config::PriceFile read = config::read_price_file(yaml);  // what is written can be read
  if (!read.errors.empty()) {
    std::cerr << config::format_errors("the prices made of " + path, read.errors);
    return 1;
  }
  std::cout << yaml;
  return 0;
}

}  // namespace tollgate::app
