// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/reports/focus.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "cells.hpp"
#include "group_places.hpp"
#include "tollgate/pricing/amount.hpp"
#include "tollgate/pricing/price_class.hpp"
#include "tollgate/reports/calendar.hpp"

namespace tollgate::reports {
namespace {

using pricing::kNanoDecimals;
using pricing::kPicoDecimals;

constexpr std::array<std::string_view, 10> kFocusNames{
    "client", "model", "day",          "backend",  "deployment",
    "region", "sku",   "service_tier", "price_id", "tags"};
constexpr std::size_t kFocusClient = place_in(kFocusNames, "client");
constexpr std::size_t kFocusModel = place_in(kFocusNames, "model");
constexpr std::size_t kFocusDay = place_in(kFocusNames, "day");
constexpr std::size_t kFocusBackend = place_in(kFocusNames, "backend");
constexpr std::size_t kFocusDeployment = place_in(kFocusNames, "deployment");
constexpr std::size_t kFocusRegion = place_in(kFocusNames, "region");
constexpr std::size_t kFocusSku = place_in(kFocusNames, "sku");
constexpr std::size_t kFocusTier = place_in(kFocusNames, "service_tier");
constexpr std::size_t kFocusPriceId = place_in(kFocusNames, "price_id");
constexpr std::size_t kFocusTags = place_in(kFocusNames, "tags");

/// What a line is made of.
struct Charge {
  const UsageRow& row;
  const usage::CostComponent& price;
  const ledger::PriceSums& sums;
  const FocusTerms& terms;

  const std::string& key(std::size_t place) const { return row.keys[place]; }
  Date day() const { return parse_day(key(kFocusDay)).value_or(Date()); }
};

std::string moment(UtcTime time) { return to_rfc3339(time).substr(0, 19) + "Z"; }
std::string begin_of(const Charge& charge, const Date& date) {
  return moment(charge.terms.zone.start_of(date));
}
Date first_of_month(const Date& date) { return date.year() / date.month() / 1; }

std::string billed(const Charge& charge) {
  return pricing::to_fixed(charge.sums.cost_nano, kNanoDecimals);
}

/// A number of 10^-24 as the nearest of 10^-12.
std::string picos(std::optional<Int128> number, Int128 by) {
  if (!number) return "";
  return pricing::to_decimal(pricing::divide_half_even(*number, by), kPicoDecimals);
}

std::optional<Int128> price_of(const Charge& charge) {
  const auto price = pricing::parse_decimal(charge.price.price, kPicoDecimals);
  return price ? std::optional(*price) : std::nullopt;
}

/// The factor of a negotiated adjustment, in millionths of a hundredth: 88'000'000 for -12 %.
constexpr Int128 kWhole = 100'000'000;
Int128 factor_of(const Charge& charge) {
  constexpr int kMillionths = 6;
  const auto percent = pricing::parse_decimal(charge.price.percent, kMillionths);
  return kWhole + (percent ? *percent : 0);
}

std::string list_price(const Charge& charge) { return picos(price_of(charge), 1); }
std::string contracted_price(const Charge& charge) {
  const auto price = price_of(charge);
  return price ? picos(pricing::times(*price, factor_of(charge)), kWhole) : "";
}
std::string list_cost(const Charge& charge) {
  const auto price = price_of(charge);
  return price ? picos(pricing::times(*price, charge.sums.quantity), charge.price.per) : "";
}
/// At the whole's precision, rounded once.
std::string contracted_cost(const Charge& charge) {
  const auto price = price_of(charge);
  const auto cost = price ? pricing::times(*price, charge.sums.quantity) : std::nullopt;
  if (!cost) return "";
  return picos(pricing::times(*cost, factor_of(charge)), kWhole * charge.price.per);
}

std::optional<pricing::Measure> measure_of(const Charge& charge) {
  const auto found = pricing::price_class_from_string(charge.price.price_class);
  if (!found) return std::nullopt;
  return pricing::kPriceClasses[pricing::index_of(*found)].measure;
}

std::string unit_of(const Charge& charge) {
  switch (measure_of(charge).value_or(pricing::Measure::million)) {
    case pricing::Measure::million:
      break;
    case pricing::Measure::milliseconds:
      return "Milliseconds";
    case pricing::Measure::calls:
      return "Calls";
    case pricing::Measure::images:
      return "Images";
    case pricing::Measure::characters:
      return "Characters";
  }
  return "Tokens";
}

std::string pricing_unit(const Charge& charge) {
  const std::int64_t per = charge.price.per;
  return per == 1 ? unit_of(charge) : std::to_string(per) + " " + unit_of(charge);
}

std::string pricing_quantity(const Charge& charge) {
  constexpr Int128 kUnit = 1'000'000'000'000;
  return picos(pricing::times(charge.sums.quantity, kUnit), charge.price.per);
}

std::string details(const Charge& charge) {
  nlohmann::ordered_json out;
  out["x_ServiceTier"] = charge.key(kFocusTier);
  out["x_PriceClass"] = charge.price.price_class;
  out["x_AdjustmentPercent"] = charge.price.percent.empty() ? "0" : charge.price.percent;
  return out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string nothing(const Charge&) { return ""; }
std::string currency(const Charge& charge) { return charge.row.currency; }
std::string account(const Charge& charge) { return charge.terms.billing_account; }
std::string provider(const Charge&) { return "Microsoft"; }

/// Capacity that is paid by the hour is the provider's "Committed" where it is reserved; that is
/// not known here.
std::string category(const Charge&) { return "Standard"; }

struct Column {
  const char* name;
  std::string (*value)(const Charge&);
};

/// Sources: FOCUS 1.2, "Cost and Usage". What has no meaning here and may be null is null.
constexpr std::array kColumns{
    Column{"AvailabilityZone", nothing},
    Column{"BilledCost", billed},
    Column{"BillingAccountId", account},
    Column{"BillingAccountName", account},
    Column{"BillingAccountType", [](const Charge&) { return std::string("Gateway"); }},
    Column{"BillingCurrency", currency},
    Column{"BillingPeriodEnd",
           [](const Charge& charge) {
             return begin_of(charge, first_of_month(charge.day()) + std::chrono::months(1));
           }},
    Column{"BillingPeriodStart",
           [](const Charge& charge) { return begin_of(charge, first_of_month(charge.day())); }},
    Column{"CapacityReservationId", nothing},
    Column{"CapacityReservationStatus", nothing},
    Column{"ChargeCategory", [](const Charge&) { return std::string("Usage"); }},
    Column{"ChargeClass", nothing},
    Column{"ChargeDescription",
           [](const Charge& charge) {
             return charge.key(kFocusModel) + " " + charge.price.price_class + " for " +
                    charge.key(kFocusClient);
           }},
    Column{"ChargeFrequency", [](const Charge&) { return std::string("Usage-Based"); }},
    Column{"ChargePeriodEnd",
           [](const Charge& charge) {
             return begin_of(charge, std::chrono::sys_days(charge.day()) + std::chrono::days(1));
           }},
    Column{"ChargePeriodStart",
           [](const Charge& charge) { return begin_of(charge, charge.day()); }},
    Column{"CommitmentDiscountCategory", nothing},
    Column{"CommitmentDiscountId", nothing},
    Column{"CommitmentDiscountName", nothing},
    Column{"CommitmentDiscountQuantity", nothing},
    Column{"CommitmentDiscountStatus", nothing},
    Column{"CommitmentDiscountType", nothing},
    Column{"CommitmentDiscountUnit", nothing},
    Column{"ConsumedQuantity",
           [](const Charge& charge) { return pricing::to_decimal(charge.sums.quantity, 0); }},
    Column{"ConsumedUnit", unit_of},
    Column{"ContractedCost", contracted_cost},
    Column{"ContractedUnitPrice", contracted_price},
    Column{"EffectiveCost", billed},
    Column{"InvoiceId", nothing},
    Column{"InvoiceIssuerName", account},
    Column{"ListCost", list_cost},
    Column{"ListUnitPrice", list_price},
    Column{"PricingCategory", category},
    Column{"PricingCurrency", currency},
    Column{"PricingCurrencyContractedUnitPrice", contracted_price},
    Column{"PricingCurrencyEffectiveCost", billed},
    Column{"PricingCurrencyListUnitPrice", list_price},
    Column{"PricingQuantity", pricing_quantity},
    Column{"PricingUnit", pricing_unit},
    Column{"ProviderName", provider},
    Column{"PublisherName", provider},
    Column{"RegionId", [](const Charge& charge) { return charge.key(kFocusRegion); }},
    Column{"RegionName", [](const Charge& charge) { return charge.key(kFocusRegion); }},
    Column{"ResourceId",
           [](const Charge& charge) {
             return charge.key(kFocusBackend) + "/" + charge.key(kFocusDeployment);
           }},
    Column{"ResourceName", [](const Charge& charge) { return charge.key(kFocusDeployment); }},
    Column{"ResourceType", [](const Charge&) { return std::string("Model deployment"); }},
    Column{"ServiceCategory", [](const Charge&) { return std::string("AI and Machine Learning"); }},
    Column{"ServiceName", [](const Charge&) { return std::string("Azure OpenAI"); }},
    Column{"ServiceSubcategory", [](const Charge&) { return std::string("Generative AI"); }},
    Column{"SkuId",
           [](const Charge& charge) {
             const std::string& sku = charge.key(kFocusSku);
             return charge.key(kFocusModel) + (sku.empty() ? "" : "/" + sku);
           }},
    Column{"SkuMeter", [](const Charge& charge) { return charge.price.price_class; }},
    Column{"SkuPriceDetails", details},
    Column{"SkuPriceId", [](const Charge& charge) { return charge.key(kFocusPriceId); }},
    Column{"SubAccountId", [](const Charge& charge) { return charge.key(kFocusClient); }},
    Column{"SubAccountName", [](const Charge& charge) { return charge.key(kFocusClient); }},
    Column{"SubAccountType", [](const Charge&) { return std::string("Client"); }},
    Column{"Tags", [](const Charge& charge) { return charge.key(kFocusTags); }},
    Column{"x_Operations",
           [](const Charge& charge) { return pricing::to_decimal(charge.sums.records, 0); }}};

}  // namespace

Cells focus_columns() {
  Cells out;
  for (const Column& column : kColumns) out.emplace_back(column.name);
  return out;
}

UsageGroups focus_groups() { return groups_named(kFocusNames); }

FocusLines focus_lines(const std::vector<UsageRow>& rows, const ledger::LedgerReader& reader,
                       const FocusTerms& terms) {
  FocusLines out;
  for (const UsageRow& row : rows) {
    out.without_amount += row.unpriced + row.allocated_later;
    for (const ledger::PriceSums& sums : row.prices) {
      if (sums.quantity == 0 && sums.cost_nano == 0) continue;
      const Charge charge{row, reader.price(sums.price), sums, terms};
      Cells& line = out.lines.emplace_back();
      for (const Column& column : kColumns) line.push_back(column.value(charge));
    }
  }
  std::sort(out.lines.begin(), out.lines.end());
  return out;
}

std::string focus_csv(const std::vector<Cells>& lines) {
  std::string out = plain_csv_line(focus_columns());
  for (const Cells& line : lines) out.append(plain_csv_line(line));
  return out;
}

}  // namespace tollgate::reports
