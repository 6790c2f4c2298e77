// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/pricing/cost_lines.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "quantity_terms.hpp"
#include "rounding.hpp"
#include "tollgate/pricing/price_list.hpp"

namespace tollgate::pricing {
namespace {

constexpr std::array kPers{std::int64_t{1}, kPerMillion, kPerSecond, kPerMinute, kPerHour};
constexpr std::int64_t kWhole = 1'000'000;  // an adjustment's hundred percent
constexpr int kAdjustedDecimals = kPicoDecimals + 6;

// A grain is 1 / (18 * 10^24) of a currency unit: what nine divides has 25 decimals at most.
constexpr std::int64_t kNine = 9;
constexpr int kExactDecimals = 25;
static_assert(kGrainsPerPico == std::int64_t{18} * 1'000'000'000'000);

/// A component's price and adjustment as numbers; nullopt: no program of ours writes such ones.
struct ReadPrice {
  Rate rate;
  std::int64_t millionths = 0;
};
std::optional<ReadPrice> read_price(const usage::CostComponent& component) {
  const auto pico = parse_price(component.price);
  const auto percent =
      parse_decimal(component.percent.empty() ? "0" : component.percent, kPercentDecimals);
  const auto millionths = percent ? to_int64(*percent) : std::nullopt;
  const bool known = std::find(kPers.begin(), kPers.end(), component.per) != kPers.end();
  if (!pico || !millionths || !known || component.quantity < 0) return std::nullopt;
  return ReadPrice{make_rate(*pico, component.per), *millionths};
}

/// Grains in currency units; more decimals than there are are cut, and `endless` is set.
std::string in_units(Int128 grains, bool& endless) {
  const Int128 rest = grains % kNine;
  const Int128 nines = grains / kNine;
  endless = rest != 0;
  const Int128 cut = nines * 5 + rest * 5 / kNine;
  return to_decimal(cut, kExactDecimals);
}

/// `grains`: what the component comes to; stays empty where its price cannot be read.
CostLine line_of(const usage::UsageRecord& record, const usage::CostComponent& component,
                 std::optional<Int128>& grains) {
  CostLine out{component, quantity_terms(record, component), {}, {}, false};
  const auto price = read_price(component);
  if (!price) return out;
  const auto adjusted = times(price->rate.pico, kWhole + price->millionths);
  grains = grains_of(component.quantity, price->rate, price->millionths);
  if (!adjusted || !grains) return out;
  out.adjusted_price = to_decimal(*adjusted, kAdjustedDecimals);
  out.exact = in_units(*grains, out.endless);
  return out;
}

bool come_to(const RoundedAmounts& amounts, const usage::UsageRecord& record) {
  if (!record.cost_nano || amounts.sum != *record.cost_nano) return false;
  for (std::size_t i = 0; i < amounts.parts.size(); ++i) {
    if (amounts.parts[i] != record.cost_components[i].cost_nano) return false;
  }
  return true;
}

}  // namespace

CostProof prove_cost(const usage::UsageRecord& record) {
  CostProof out;
  std::vector<Int128> all;
  std::optional<Int128> sum = 0;
  for (const usage::CostComponent& component : record.cost_components) {
    std::optional<Int128> grains;
    out.lines.push_back(line_of(record, component, grains));
    sum = sum && grains ? plus(*sum, *grains) : std::nullopt;
    all.push_back(grains.value_or(0));
  }
  if (!sum) return out;
  out.exact_sum = in_units(*sum, out.endless);
  const auto rounded = round_amounts(all);
  out.holds = rounded && come_to(*rounded, record);
  return out;
}

}  // namespace tollgate::pricing
