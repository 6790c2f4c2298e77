// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/pricing/pricer.hpp"

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
  const DeploymentTerms* const terms = find(work.backend, work.deployment);
  usage::UsageRecord asked;
  asked.backend_deployment = work.deployment;
  asked.model = work.deployment;
  asked.requested_service_tier = work.tier;
  asked.event_time = work.time;
  if (terms != nullptr) asked.sku = terms->sku;
  const Sku* const sku = find_sku(asked.sku);
  if (sku != nullptr && sku->provisioned) return {};
  const auto question = question_of(asked, terms == nullptr ? std::string_view() : terms->serves);
  return question ? list_.find(*question) : FoundPrice{nullptr, no_price::kTier};
}

std::string Pricer::missing_price(WorkAsked asked) const {
  const std::string_view wished = asked.tier;
  for (const std::string_view tier : {wished, std::string_view()}) {
    asked.tier = tier;
    const FoundPrice found = find_price(asked);
    if (!found.missing.empty()) return std::string(found.missing);
    if (found.entry == nullptr) continue;
    for (const PriceClass used : operation::classes_used(asked.operation)) {
      if (!found.entry->rates[index_of(used)])
        return std::string(cost_reason::kClass).append(to_string(used));
    }
  }
  return {};
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
