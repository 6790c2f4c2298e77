// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <nlohmann/json.hpp>

#include "explained_record.hpp"

namespace tollgate::app {
namespace {

using OrderedJson = nlohmann::ordered_json;

OrderedJson terms_json(const std::vector<pricing::QuantityTerm>& terms) {
  OrderedJson out = OrderedJson::array();
  for (const pricing::QuantityTerm& term : terms)
    out.push_back(
        {{"Column", term.column}, {"Amount", term.amount}, {"Sign", term.subtracted ? "-" : "+"}});
  return out;
}

/// Null: it cannot be told.
OrderedJson known(const std::string& text) {
  return text.empty() ? OrderedJson() : OrderedJson(text);
}

OrderedJson line_json(const pricing::CostLine& line) {
  return {{"Class", line.component.price_class},
          {"Quantity", line.component.quantity},
          {"QuantityIs", terms_json(line.terms)},
          {"Price", line.component.price},
          {"Per", line.component.per},
          {"Percent", line.component.percent},
          {"AdjustedPrice", known(line.adjusted_price)},
          {"Exact", known(line.exact)},
          {"ExactIsCut", line.endless},
          {"CostNano", line.component.cost_nano}};
}

OrderedJson price_json(const std::optional<pricing::PriceEntry>& price) {
  if (!price) return {};
  return {{"Model", price->model},
          {"Scope", to_string(price->scope)},
          {"Tier", to_string(price->tier)},
          {"From", pricing::to_date(price->from)},
          {"Line", price->line}};
}

OrderedJson cost_json(const pricing::CostProof& proof,
                      const std::optional<pricing::PriceEntry>& price) {
  OrderedJson lines = OrderedJson::array();
  for (const pricing::CostLine& line : proof.lines) lines.push_back(line_json(line));
  return {{"Lines", std::move(lines)},      {"ExactSum", known(proof.exact_sum)},
          {"ExactSumIsCut", proof.endless}, {"IsShare", proof.share},
          {"Holds", proof.holds},           {"PriceEntry", price_json(price)}};
}

/// In the order in which they were made: the last one counts.
OrderedJson adjustments_json(const std::vector<ExplainedAdjustment>& all) {
  OrderedJson out = OrderedJson::array();
  for (const ExplainedAdjustment& one : all)
    out.push_back({{"Cost", cost_json(one.proof, one.price)},
                   {"Adjustment", OrderedJson::parse(to_json(one.adjustment))}});
  return out;
}

OrderedJson record_json(const ExplainedRecord& explained) {
  return {{"FoundBy", explained.found_by},
          {"DeliveryState", to_string(explained.state)},
          {"QuarantineReason", known(explained.quarantine_reason)},
          {"Cost", cost_json(explained.proof, explained.price)},
          {"Adjustments", adjustments_json(explained.adjustments)},
          {"Record", OrderedJson::parse(to_json(explained.record))}};
}

}  // namespace

std::string explained_json(const std::vector<ExplainedRecord>& all) {
  OrderedJson out = OrderedJson::array();
  for (const ExplainedRecord& explained : all) out.push_back(record_json(explained));
  return out.dump(2, ' ', false, OrderedJson::error_handler_t::replace) + "\n";
}

}  // namespace tollgate::app
