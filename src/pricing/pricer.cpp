// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/pricing/pricer.hpp"

#include <algorithm>

#include "tollgate/pricing/priced_operations.hpp"

namespace tollgate::pricing {
namespace {

bool is_of_batches(const DeploymentTerms& terms) {
  const Sku* const sku = find_sku(terms.sku);
  return sku != nullptr && sku->tier == Tier::batch;
}

/// Empty: nobody told.
std::string_view model_served(const DeploymentTerms* terms) {
  return terms == nullptr ? std::string_view() : std::string_view(terms->serves);
}

/// One that the operation always uses. Null has all: it is paid by the hour.
std::optional<PriceClass> missing_class(const PriceEntry* entry, std::string_view operation) {
  if (entry == nullptr) return std::nullopt;
  for (const PriceClass used : operation::classes_used(operation)) {
    if (!entry->rates[index_of(used)]) return used;
  }
  return std::nullopt;
}

}  // namespace

Pricer::Pricer(PriceList list, std::vector<DeploymentTerms> deployments) : list_(std::move(list)) {
  for (DeploymentTerms& one : deployments) {
    Key key{one.backend, one.deployment};
    deployments_.emplace(std::move(key), std::move(one));
  }
}

const DeploymentTerms* Pricer::find(std::string_view backend, std::string_view deployment) const {
  const auto found = deployments_.find(std::pair(backend, deployment));
  return found == deployments_.end() ? nullptr : &found->second;
}

/// What names no deployment (batches, runs) may name one as its model. A batch runs on those of a
/// batch sku alone: another of that name is not the one.
const DeploymentTerms* Pricer::terms_of(const usage::UsageRecord& record) const {
  if (record.spilled_over || !record.backend_deployment.empty())
    return find(record.backend, serving_deployment(record));
  const DeploymentTerms* const named = find(record.backend, record.model);
  const bool fits =
      named != nullptr && (record.operation_id != operation::kBatch || is_of_batches(*named));
  return fits ? named : nullptr;
}

void Pricer::price(usage::UsageRecord& record) const {
  const DeploymentTerms* const terms = terms_of(record);
  if (terms != nullptr) record.sku = terms->sku;
  set_cost(record, cost_of(record, list_, model_served(terms)), list_.currency());
}

Cost Pricer::cost_as_recorded(const usage::UsageRecord& record) const {
  return cost_of(record, list_, model_served(terms_of(record)));
}

FoundPrice Pricer::find_price(const WorkAsked& work) const {
  // As question_of has it for a record of such work whose answer named no model. Each request
  // asks: no record is made for it.
  const DeploymentTerms* const terms = find(work.backend, work.deployment);
  const Sku* const sku = terms == nullptr ? nullptr : find_sku(terms->sku);
  if (sku != nullptr && sku->provisioned) return {};
  const std::optional<Tier> tier = tier_of(sku, work.tier);
  if (!tier) return {nullptr, no_price::kTier};
  const std::string_view serves = model_served(terms);
  return list_.find({.model = serves.empty() ? work.deployment : serves,
                     .scope = sku == nullptr ? Scope::any : sku->scope,
                     .tier = *tier,
                     .time = work.time});
}

std::string Pricer::missing_in_tier(const WorkAsked& asked) const {
  const FoundPrice found = find_price(asked);
  if (!found.missing.empty()) return std::string(found.missing);
  const auto lacks = missing_class(found.entry, asked.operation);
  return lacks ? std::string(cost_reason::kClass).append(to_string(*lacks)) : std::string();
}

std::string Pricer::missing_price(WorkAsked asked) const {
  std::string missing = missing_in_tier(asked);
  if (!missing.empty() || asked.tier.empty()) return missing;
  asked.tier = {};
  return missing_in_tier(asked);
}

std::optional<std::int64_t> Pricer::dearest_in_tier(const WorkAsked& asked, const HighestUse& use,
                                                    std::int64_t millionths) const {
  const FoundPrice found = find_price(asked);
  if (!found.missing.empty() || missing_class(found.entry, asked.operation)) return std::nullopt;
  return found.entry == nullptr ? 0 : highest_cost(*found.entry, use, millionths);
}

std::optional<std::int64_t> Pricer::dearest(WorkAsked asked, const HighestUse& use,
                                            std::int64_t millionths) const {
  const auto wished = dearest_in_tier(asked, use, millionths);
  if (!wished || asked.tier.empty()) return wished;
  asked.tier = {};
  const auto served = dearest_in_tier(asked, use, millionths);
  return served ? std::optional(std::max(*wished, *served)) : std::nullopt;
}

bool Pricer::is_to_be_told(std::string_view text) const {
  const std::lock_guard lock(told_mutex_);
  if (told_.size() >= kMostTold || told_.contains(text)) return false;
  told_.emplace(text);
  return true;
}

void set_cost(usage::UsageRecord& record, Cost cost, const std::string& currency) {
  record.cost_basis = cost.basis;
  record.cost_nano = cost.nano;
  record.cost_currency = cost.nano ? currency : std::string();
  record.cost_components = std::move(cost.components);
  record.price_id = std::move(cost.price_id);
  record.cost_reason = std::move(cost.reason);
  record.provisional_cost_nano = cost.provisional_nano;
  record.provisional_currency = cost.provisional_nano ? currency : std::string();
}

void unprice(usage::UsageRecord& record, std::string_view why) noexcept {
  record.cost_basis = usage::CostBasis::unpriced;
  record.cost_nano.reset();
  record.cost_currency.clear();
  record.cost_components.clear();
  record.price_id.clear();
  record.cost_reason = why;
  record.provisional_cost_nano.reset();
  record.provisional_currency.clear();
}

bool lacks_a_price(const usage::UsageRecord& record) {
  return record.cost_basis == usage::CostBasis::partial &&
         record.cost_reason.find(cost_reason::kClass) != std::string::npos;
}

bool is_unpriced(const usage::UsageRecord& record) {
  return record.cost_basis == usage::CostBasis::unpriced && record.follow_path.empty() &&
         record.cost_reason != cost_reason::kNoList;
}

}  // namespace tollgate::pricing
