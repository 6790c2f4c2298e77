// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "gap_texts.hpp"
#include "reconcile_report.hpp"
#include "tollgate/reconciliation/totals.hpp"

namespace tollgate::app {
namespace {

using nlohmann::ordered_json;
using reconciliation::Cause;
using reconciliation::ComparedRow;
using reconciliation::ComparedTotal;
using reconciliation::Comparison;

ordered_json or_null(const std::string& text) {
  return text.empty() ? ordered_json() : ordered_json(text);
}

/// A number where one holds it exactly for whoever reads it, else its digits.
ordered_json whole_json(pricing::Int128 number) {
  const auto small = pricing::to_int64(number);
  return small ? ordered_json(*small) : ordered_json(pricing::to_decimal(number, 0));
}

ordered_json compared_json(const ComparedRow& row) {
  const GapTexts quantities = quantities_of(row);
  const GapTexts costs = costs_of(row, reconciliation::kBillDecimals);
  ordered_json causes = ordered_json::array();
  for (const Cause& cause : row.causes)
    causes.push_back({{"cause", cause.word}, {"evidence", cause.text}});
  ordered_json others = ordered_json::object();
  for (const auto& [currency, nano] : row.other_nano)
    others[currency] = pricing::to_decimal(nano, pricing::kNanoDecimals);
  ordered_json others_of_azure = ordered_json::object();
  for (const auto& [currency, cost] : row.other_azure_costs)
    others_of_azure[currency] = pricing::to_decimal(cost, reconciliation::kBillDecimals);
  return {{"day", row.place.day},
          {"resource", row.place.resource},
          {"deployment", row.place.deployment},
          {"counted", row.counted},
          {"azure", or_null(quantities.azure)},
          {"here", or_null(quantities.ours)},
          {"gap", or_null(quantities.gap)},
          {"gap_percent", or_null(quantities.percent)},
          {"by_capacity", whole_json(row.by_capacity)},
          {"azure_cost", or_null(costs.azure)},
          {"cost_here", or_null(costs.ours)},
          {"cost_gap", or_null(costs.gap)},
          {"cost_gap_percent", or_null(costs.percent)},
          {"unpriced", whole_json(row.unpriced)},
          {"other_costs", std::move(others)},
          {"other_azure_costs", std::move(others_of_azure)},
          {"causes", std::move(causes)},
          {"explained", row.explained}};
}

ordered_json total_json(const ComparedTotal& total, const std::string& currency) {
  const GapTexts quantities = quantities_of(total);
  const GapTexts costs = costs_of(total, currency, reconciliation::kBillDecimals);
  return {{"counted", or_null(total.counted)},
          {"azure", or_null(quantities.azure)},
          {"here", or_null(quantities.ours)},
          {"gap", or_null(quantities.gap)},
          {"gap_percent", or_null(quantities.percent)},
          {"currency", or_null(total.currency)},
          {"azure_cost", or_null(costs.azure)},
          {"cost_here", or_null(costs.ours)},
          {"cost_gap", or_null(costs.gap)},
          {"cost_gap_percent", or_null(costs.percent)},
          {"unpriced", total.unpriced ? whole_json(*total.unpriced) : ordered_json()}};
}

}  // namespace

std::string reconcile_json(const Comparison& comparison) {
  ordered_json rows = ordered_json::array();
  for (const ComparedRow& row : comparison.rows) rows.push_back(compared_json(row));
  ordered_json totals = ordered_json::array();
  for (const ComparedTotal& total : reconciliation::totals_of(comparison))
    totals.push_back(total_json(total, comparison.currency));
  const ordered_json out{{"currency", or_null(comparison.currency)},
                         {"notes", comparison.notes},
                         {"rows", std::move(rows)},
                         {"totals", std::move(totals)}};
  return out.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace tollgate::app
