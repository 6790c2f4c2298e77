// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/pricing/cost_lines.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "quantity_terms.hpp"
#include "rounding.hpp"
#include "tollgate/pricing/allocation.hpp"
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

// Of a share of an hour, beyond the nanos that it is rounded to.
constexpr std::int64_t kShareScale = 1'000'000;
constexpr int kShareDecimals = kNanoDecimals + 6;

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

bool is_share(const usage::UsageRecord& record) {
  return record.cost_components.size() == 1 &&
         record.cost_components.front().price_class == kProvisionedClass;
}

/// Weight x the hour's cost / all weights, with kShareDecimals decimals.
std::optional<Int128> share_of(const usage::CostComponent& component, bool& endless) {
  const auto nano = parse_decimal(component.price, kNanoDecimals);
  if (!nano || component.per <= 0 || component.quantity < 0) return std::nullopt;
  std::optional<Int128> product = times(*nano, component.quantity);
  if (product) product = times(*product, kShareScale);
  if (!product) return std::nullopt;
  endless = *product % component.per != 0;
  return *product / component.per;
}

CostProof prove_share(const usage::UsageRecord& record) {
  const usage::CostComponent& component = record.cost_components.front();
  CostProof out;
  out.share = true;
  CostLine& line = out.lines.emplace_back(CostLine{component, {}, {}, {}, false});
  const auto exact = share_of(component, line.endless);
  if (!exact) return out;
  line.exact = to_decimal(*exact, kShareDecimals);
  out.exact_sum = line.exact;
  out.endless = line.endless;
  const Int128 down = *exact / kShareScale;
  const bool has_rest = line.endless || *exact % kShareScale != 0;
  const bool fits = component.cost_nano == down || (has_rest && component.cost_nano == down + 1);
  out.holds = fits && record.cost_nano == component.cost_nano;
  return out;
}

}  // namespace

CostProof prove_cost(const usage::UsageRecord& record) {
  if (is_share(record)) return prove_share(record);
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
