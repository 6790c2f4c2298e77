// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/reconciliation/totals.hpp"

#include <map>
#include <utility>

#include "tollgate/base/text.hpp"

namespace tollgate::reconciliation {
namespace {

using pricing::Int128;

constexpr Int128 kPicosOfNano = 1'000;

void add_known(std::optional<Int128>& sum, const std::optional<Int128>& amount) {
  if (amount) sum = sum.value_or(0) + *amount;
}

std::optional<Int128> picos_of(const std::optional<Int128>& nano) {
  return nano ? std::optional<Int128>(*nano * kPicosOfNano) : std::nullopt;
}

/// By currency and meter, in small letters; the meter without a name stands for all.
using TotalsByKey = std::map<std::pair<std::string, std::string>, ComparedTotal>;

ComparedTotal& total_for(TotalsByKey& totals, const std::string& counted,
                         const std::string& currency) {
  ComparedTotal& out = totals[{currency, to_lower(counted)}];
  if (out.counted.empty()) out.counted = counted;
  return out;
}

void add_costs(TotalsByKey& totals, const std::string& counted, const std::string& currency,
               const ComparedTotal& costs) {
  for (const std::string& of : {counted, std::string()}) {
    ComparedTotal& total = total_for(totals, of, currency);
    add_known(total.azure_cost, costs.azure_cost);
    add_known(total.our_cost, costs.our_cost);
  }
}

void add_row(TotalsByKey& totals, const ComparedRow& row, const std::string& currency) {
  ComparedTotal& meter = total_for(totals, row.counted, currency);
  add_known(meter.azure_quantity, row.azure_quantity);
  add_known(meter.our_quantity, row.our_quantity);
  if (currency.empty()) return;
  add_known(meter.unpriced, row.unpriced);
  ComparedTotal costs;
  costs.azure_cost = row.azure_cost;
  costs.our_cost = picos_of(row.our_nano);
  add_costs(totals, row.counted, currency, costs);
  for (const auto& [other, nano] : row.other_nano) {
    ComparedTotal others;
    others.our_cost = nano * kPicosOfNano;
    add_costs(totals, row.counted, other, others);
  }
  for (const auto& [other, cost] : row.other_azure_costs) {
    ComparedTotal others;
    others.azure_cost = cost;
    add_costs(totals, row.counted, other, others);
  }
}

}  // namespace

std::vector<ComparedTotal> totals_of(const Comparison& comparison) {
  TotalsByKey totals;
  for (const ComparedRow& row : comparison.rows) add_row(totals, row, comparison.currency);
  std::vector<ComparedTotal> out;
  for (const bool all : {false, true}) {
    for (auto& [key, total] : totals) {
      if (key.second.empty() != all) continue;
      total.currency = key.first;
      out.push_back(total);
    }
  }
  return out;
}

}  // namespace tollgate::reconciliation
