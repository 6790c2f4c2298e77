// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/reports/focus.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include <nlohmann/json.hpp>

#include "cells.hpp"
#include "group_places.hpp"
#include "tollgate/pricing/allocation.hpp"
#include "tollgate/pricing/amount.hpp"
#include "tollgate/pricing/price_class.hpp"
#include "tollgate/reports/calendar.hpp"

namespace tollgate::reports {
namespace {

using pricing::kNanoDecimals;
using pricing::kPicoDecimals;

constexpr NamedGroups<10> kFocusGroups{{"client", "model", "day", "backend", "deployment", "region",
                                        "sku", "service_tier", "price_id", "tags"}};

/// What a line is made of. Of what no operation pays of capacity there is an amount alone; its
/// class is the word of the row's kind.
struct Charge {
  const UsageRow& row;
  const usage::CostComponent& price;
  const ledger::PriceSums& sums;
  const FocusTerms& terms;

  const std::string& key(std::size_t place) const { return row.keys[place]; }
  bool is_rest() const { return row.kind != RowKind::operations; }
  bool is_share() const { return price.price_class == pricing::kProvisionedClass; }
  Date day() const { return parse_day(key(kFocusGroups.place("day"))).value_or(Date()); }
};

std::string moment(UtcTime time) { return to_rfc3339(time).substr(0, 19) + "Z"; }
std::string begin_of(const Charge& charge, const Date& date) {
  return moment(charge.terms.zone.start_of(date));
}
Date first_of_month(const Date& date) { return date.year() / date.month() / 1; }

std::string billed(const Charge& charge) {
  return pricing::to_fixed(charge.sums.cost_nano, kNanoDecimals);
}

constexpr int kQuantityDecimals = 15;

std::optional<Int128> price_of(const Charge& charge) {
  const auto price = pricing::parse_decimal(charge.price.price, kPicoDecimals);
  return price ? std::optional(*price) : std::nullopt;
}

/// The same with the negotiated adjustment, rounded once, half to even.
std::optional<Int128> contracted_price_of(const Charge& charge) {
  const auto price = price_of(charge);
  return price ? pricing::adjusted(*price, charge.price.percent) : std::nullopt;
}

/// In the unit of the price. A part of an hour, or of a minute, need not have an end: half to even.
std::optional<Int128> quantity_of(const Charge& charge) {
  constexpr Int128 kUnit = 1'000'000'000'000'000;
  const auto quantity = pricing::times(charge.sums.quantity, kUnit);
  return quantity ? std::optional(pricing::divide_half_even(*quantity, charge.price.per))
                  : std::nullopt;
}

/// What no operation pays is once its amount; one below 0 has the sign at the quantity, for the
/// specification wants prices that have none.
std::string amount_alone(const Charge& charge) {
  return pricing::to_decimal(charge.sums.cost_nano, kNanoDecimals);
}
std::string price_alone(const Charge& charge) {
  const Int128 cost = charge.sums.cost_nano;
  return pricing::to_decimal(cost < 0 ? -cost : cost, kNanoDecimals);
}

std::string unit_price(const Charge& charge, std::optional<Int128> price) {
  if (charge.is_rest()) return price_alone(charge);
  return price ? pricing::to_decimal(*price, kPicoDecimals) : "";
}
std::string list_price(const Charge& charge) { return unit_price(charge, price_of(charge)); }
std::string contracted_price(const Charge& charge) {
  return unit_price(charge, contracted_price_of(charge));
}

/// The product of what two other columns say, as the specification wants it, with all its decimals.
std::string cost_at(const Charge& charge, std::optional<Int128> price) {
  if (charge.is_rest()) return amount_alone(charge);
  const auto quantity = quantity_of(charge);
  const auto cost = price && quantity ? pricing::times(*price, *quantity) : std::nullopt;
  return cost ? pricing::to_decimal(*cost, kPicoDecimals + kQuantityDecimals) : billed(charge);
}
std::string list_cost(const Charge& charge) { return cost_at(charge, price_of(charge)); }
std::string contracted_cost(const Charge& charge) {
  return cost_at(charge, contracted_price_of(charge));
}

std::optional<pricing::Measure> measure_of(const Charge& charge) {
  const auto found = pricing::price_class_from_string(charge.price.price_class);
  if (!found) return std::nullopt;
  return pricing::kPriceClasses[pricing::index_of(*found)].measure;
}

constexpr const char* kWeightedTokens = "Weighted Tokens";

std::string unit_of(const Charge& charge) {
  if (charge.is_rest() || charge.is_share()) return kWeightedTokens;
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
  if (charge.row.kind == RowKind::unused_capacity) return "Unused Capacity";
  if (charge.is_rest()) return "List Price Difference";
  // The price of a share is the hour's, and its quantity the part of the hour.
  if (charge.is_share()) return "Hours";
  const std::int64_t per = charge.price.per;
  return per == 1 ? unit_of(charge) : std::to_string(per) + " " + unit_of(charge);
}

std::string pricing_quantity(const Charge& charge) {
  if (charge.is_rest()) return charge.sums.cost_nano < 0 ? "-1" : "1";
  const auto quantity = quantity_of(charge);
  return quantity ? pricing::to_decimal(*quantity, kQuantityDecimals) : "";
}

std::string resource(const Charge& charge) {
  return charge.key(kFocusGroups.place("backend")) + "/" +
         charge.key(kFocusGroups.place("deployment"));
}

/// A provisioned deployment is capacity that is reserved. What was charged at list prices is not
/// told from what had none.
bool is_of_reservation(const Charge& charge) {
  return charge.is_share() || charge.row.kind == RowKind::unused_capacity;
}

/// Nobody's where no operation pays.
std::string sub_account(const Charge& charge) {
  return charge.is_rest() ? "" : charge.key(kFocusGroups.place("client"));
}

std::string description(const Charge& charge) {
  if (charge.is_rest())
    return charge.key(kFocusGroups.place("model")) + " " + charge.price.price_class + " of " +
           resource(charge);
  return charge.key(kFocusGroups.place("model")) + " " + charge.price.price_class + " for " +
         charge.key(kFocusGroups.place("client"));
}

std::string details(const Charge& charge) {
  nlohmann::ordered_json out;
  out["x_ServiceTier"] = charge.key(kFocusGroups.place("service_tier"));
  out["x_PriceClass"] = charge.price.price_class;
  out["x_AdjustmentPercent"] = charge.price.percent.empty() ? "0" : charge.price.percent;
  return out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// Of what no operation pays there is no price but each hour's: it is named by what it is of.
std::string price_id(const Charge& charge) {
  if (charge.is_rest()) return resource(charge) + "/" + charge.price.price_class;
  return charge.key(kFocusGroups.place("price_id"));
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
    Column{"CapacityReservationId",
           [](const Charge& charge) { return is_of_reservation(charge) ? resource(charge) : ""; }},
    Column{"CapacityReservationStatus",
           [](const Charge& charge) {
             if (!is_of_reservation(charge)) return std::string();
             return std::string(charge.is_rest() ? "Unused" : "Used");
           }},
    Column{"ChargeCategory", [](const Charge&) { return std::string("Usage"); }},
    Column{"ChargeClass", nothing},
    Column{"ChargeDescription", description},
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
    Column{"RegionId",
           [](const Charge& charge) { return charge.key(kFocusGroups.place("region")); }},
    Column{"RegionName",
           [](const Charge& charge) { return charge.key(kFocusGroups.place("region")); }},
    Column{"ResourceId", resource},
    Column{"ResourceName",
           [](const Charge& charge) { return charge.key(kFocusGroups.place("deployment")); }},
    Column{"ResourceType", [](const Charge&) { return std::string("Model deployment"); }},
    Column{"ServiceCategory", [](const Charge&) { return std::string("AI and Machine Learning"); }},
    Column{"ServiceName", [](const Charge&) { return std::string("Azure OpenAI"); }},
    Column{"ServiceSubcategory", [](const Charge&) { return std::string("Generative AI"); }},
    Column{"SkuId",
           [](const Charge& charge) {
             const std::string& sku = charge.key(kFocusGroups.place("sku"));
             return charge.key(kFocusGroups.place("model")) + (sku.empty() ? "" : "/" + sku);
           }},
    Column{"SkuMeter", [](const Charge& charge) { return charge.price.price_class; }},
    Column{"SkuPriceDetails", details},
    Column{"SkuPriceId", price_id},
    Column{"SubAccountId", sub_account},
    Column{"SubAccountName", sub_account},
    Column{"SubAccountType",
           [](const Charge& charge) { return std::string(charge.is_rest() ? "" : "Client"); }},
    Column{"Tags", [](const Charge& charge) { return charge.key(kFocusGroups.place("tags")); }},
    Column{"x_Operations",
           [](const Charge& charge) { return pricing::to_decimal(charge.sums.records, 0); }}};

/// What no operation pays, of each deployment and day together: every hour has a price of its own.
std::vector<UsageRow> rests_of_days(const std::vector<UsageRow>& rows) {
  std::map<std::tuple<Cells, RowKind, std::string>, UsageRow> days;
  for (const UsageRow& row : rows) {
    if (row.kind == RowKind::operations || !row.cost_nano) continue;
    Cells keys = row.keys;
    keys[kFocusGroups.place("price_id")].clear();
    UsageRow& day = days[{keys, row.kind, row.currency}];
    day.keys = std::move(keys);
    day.kind = row.kind;
    day.currency = row.currency;
    add_row(day, row);
  }
  std::vector<UsageRow> out;
  out.reserve(days.size());
  for (auto& [key, day] : days) out.push_back(std::move(day));
  return out;
}

}  // namespace

Cells focus_columns() {
  Cells out;
  for (const Column& column : kColumns) out.emplace_back(column.name);
  return out;
}

UsageGroups focus_groups() { return kFocusGroups.groups(); }

std::vector<Cells> focus_lines(const std::vector<UsageRow>& rows,
                               const ledger::LedgerReader& reader, const FocusTerms& terms) {
  std::vector<Cells> out;
  const auto add = [&](const Charge& charge) {
    if (charge.sums.quantity == 0 && charge.sums.cost_nano == 0) return;
    Cells& line = out.emplace_back();
    for (const Column& column : kColumns) line.push_back(column.value(charge));
  };
  for (const UsageRow& row : rows) {
    for (const ledger::PriceSums& sums : row.prices)
      add({row, reader.price(sums.price), sums, terms});
  }
  for (const UsageRow& row : rests_of_days(rows)) {
    usage::CostComponent rest;
    rest.price_class = word_of(row.kind);
    add({row, rest, {0, 0, 0, *row.cost_nano}, terms});
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::string focus_csv(const std::vector<Cells>& lines) {
  std::string out = plain_csv_line(focus_columns());
  for (const Cells& line : lines) out.append(plain_csv_line(line));
  return out;
}

}  // namespace tollgate::reports
