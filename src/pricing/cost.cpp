// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/pricing/cost.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "rounding.hpp"
#include "tollgate/pricing/allocation.hpp"
#include "tollgate/pricing/priced_operations.hpp"

namespace tollgate::pricing {
namespace {

using usage::CostBasis;
using usage::CostComponent;

void add_word(std::string& reason, std::string_view word, std::string_view behind = {}) {
  reason.append(reason.empty() ? "" : ",").append(word).append(behind);
}

/// An adjustment as records have it. The last one is kept: it is nearly always the same.
const std::string& percent_of(std::int64_t millionths) {
  thread_local std::int64_t last = 0;
  thread_local std::string text;
  if (millionths != last) {
    text = to_decimal(millionths, kPercentDecimals);
    last = millionths;
  }
  static const std::string none;
  return millionths == 0 ? none : text;
}

/// Multiplies one thing after the other.
class Multiplication {
 public:
  explicit Multiplication(std::int64_t millionths)
      : millionths_(millionths), percent_(percent_of(millionths)) {
    components_.reserve(kUsual);
  }

  /// `quantity` is not 0; `rate` is null where there is no price.
  void add(std::string_view name, std::int64_t quantity, const Rate* rate) {
    if (rate == nullptr) return add_word(missing_, cost_reason::kClass, name);
    const auto grains = grains_of(quantity, *rate, millionths_);
    too_large_ = too_large_ || !grains;
    grains_[components_.size()] = grains.value_or(0);
    CostComponent& made = components_.emplace_back();
    made.price_class = name;
    made.quantity = quantity;
    made.price = rate->text;
    made.per = rate->per;
    made.percent = percent_;
  }

  /// What came of it. `lacking`: words for what else may be billed.
  Cost finish(std::string_view lacking) && {
    Cost out;
    out.reason = std::move(missing_);
    const bool nothing_has_a_price = components_.empty() && !out.reason.empty();
    if (!lacking.empty()) add_word(out.reason, lacking);
    if (nothing_has_a_price) return out;
    std::array<std::int64_t, kPriceClassCount> parts{};
    const std::size_t count = components_.size();
    const auto sum =
        too_large_ ? std::nullopt
                   : round_amounts(std::span(grains_).first(count), std::span(parts).first(count));
    if (!sum) return {.reason = std::string(cost_reason::kTooLarge)};
    for (std::size_t i = 0; i < count; ++i) components_[i].cost_nano = parts[i];
    out.components = std::move(components_);
    out.nano = *sum;
    out.basis = out.reason.empty() ? CostBasis::priced : CostBasis::partial;
    return out;
  }

 private:
  static constexpr std::size_t kUsual = 4;  ///< more classes than most requests use

  std::int64_t millionths_;
  const std::string& percent_;
  bool too_large_ = false;
  std::string missing_;
  std::array<Int128, kPriceClassCount> grains_{};  ///< of each component
  std::vector<CostComponent> components_;
};

/// Whether some of the requests that are summed may have had a prompt of another band.
bool band_is_unknown(const Quantities& quantities, const PriceEntry& entry) {
  if (!quantities.of_several_requests || entry.bands.empty()) return false;
  const std::int64_t longest = quantities.longest_prompt.value_or(quantities.prompt_tokens);
  return longest > entry.bands.front().above_prompt_tokens;
}

const Rates& rates_of(const Quantities& quantities, const PriceEntry& entry) {
  return quantities.of_several_requests ? entry.rates : entry.rates_for(quantities.prompt_tokens);
}

const Rate* rate_of(PriceClass price_class, const Quantities& quantities, const PriceEntry& entry,
                    const Rates& rates) {
  if (price_class == PriceClass::images)
    return entry.image_rate(quantities.image_size, quantities.image_quality);
  const auto& rate = rates[index_of(price_class)];
  return rate ? &*rate : nullptr;
}

Cost multiply(const Quantities& quantities, const PriceEntry& entry, std::int64_t millionths) {
  Multiplication work(millionths);
  const Rates& rates = rates_of(quantities, entry);
  for (const PriceClassRow& row : kPriceClasses) {
    const std::int64_t quantity = quantities[row.price_class];
    if (quantity != 0)
      work.add(row.name, quantity, rate_of(row.price_class, quantities, entry, rates));
  }
  std::string lacking = quantities.lacking;
  if (band_is_unknown(quantities, entry)) add_word(lacking, cost_reason::kBand);
  Cost out = std::move(work).finish(lacking);
  out.price_id = entry.id;
  return out;
}

/// Whether the deployment's capacity is charged as if it were paid by the token.
bool is_at_list_price(const usage::UsageRecord& record, const PriceList& list) {
  const Capacity* const capacity =
      list.capacities().at(record.backend, serving_deployment(record), record.event_time);
  return capacity != nullptr && capacity->allocate == Allocate::list_price;
}

Cost to_be_allocated(const usage::UsageRecord& record, const CapacityList& capacities) {
  const auto share = provisional_share(record, capacities);
  const bool never = !share && is_never_shared_out(record, capacities);
  return {.basis = CostBasis::allocated_later,
          .reason = std::string(never ? cost_reason::kNotSharedOut : std::string_view()),
          .provisional_nano = share};
}

Cost unpriced(std::string_view why) { return {.reason = std::string(why)}; }

constexpr std::pair<std::string_view, Tier> kTierWords[]{
    {"", Tier::standard},         {"auto", Tier::standard},     {"default", Tier::standard},
    {"standard", Tier::standard}, {"priority", Tier::priority}, {"flex", Tier::flex},
    {"batch", Tier::batch}};

}  // namespace

Cost cost_of(const Quantities& quantities, const PriceList& list, const PriceQuestion& question,
             std::int64_t millionths) {
  if (quantities.knowledge == Knowledge::unknown) return unpriced(quantities.lacking);
  if (quantities.knowledge == Knowledge::free) return {.basis = CostBasis::priced, .nano = 0};
  const FoundPrice found = list.find(question);
  if (found.entry == nullptr) return unpriced(found.missing);
  return multiply(quantities, *found.entry, millionths);
}

std::string_view serving_deployment(const usage::UsageRecord& record) {
  if (record.spilled_over) return record.served_deployment;
  return record.backend_deployment.empty() ? record.model : record.backend_deployment;
}

std::optional<Tier> tier_named(std::string_view word) {
  for (const auto& [name, tier] : kTierWords) {
    if (name == word) return tier;
  }
  return std::nullopt;
}

std::optional<Tier> tier_of(const Sku* sku, std::string_view word) {
  return sku != nullptr && sku->tier == Tier::batch ? Tier::batch : tier_named(word);
}

std::optional<Tier> tier_of(const usage::UsageRecord& record) {
  if (record.operation_id == operation::kBatch) return Tier::batch;
  return tier_of(find_sku(record.sku),
                 record.service_tier.empty() ? record.requested_service_tier : record.service_tier);
}

std::optional<PriceQuestion> question_of(const usage::UsageRecord& record,
                                         std::string_view serves) {
  const std::optional<Tier> tier = tier_of(record);
  if (!tier) return std::nullopt;
  const Sku* const sku = find_sku(record.sku);
  const bool unnamed = record.model.empty() || record.backend_deployment.empty() ||
                       record.model == record.backend_deployment;
  return PriceQuestion{.model = unnamed && !serves.empty() ? serves : record.model,
                       .scope = sku == nullptr ? Scope::any : sku->scope,
                       .tier = *tier,
                       .time = record.event_time};
}

Cost cost_of(const usage::UsageRecord& record, const PriceList& list, std::string_view serves) {
  if (list.empty()) return unpriced(cost_reason::kNoList);
  const Quantities quantities = quantities_of(record);
  const Sku* const sku = find_sku(record.sku);
  const bool provisioned = sku != nullptr && sku->provisioned;
  if (provisioned && quantities.knowledge != Knowledge::free && !is_at_list_price(record, list))
    return to_be_allocated(record, list.capacities());
  const std::optional<PriceQuestion> question = question_of(record, serves);
  if (!question) return unpriced(no_price::kTier);
  return cost_of(quantities, list, *question,
                 list.adjustment(record.client_name, record.event_time));
}

}  // namespace tollgate::pricing
