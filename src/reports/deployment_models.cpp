// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/reports/deployment_models.hpp"

#include <algorithm>
#include <tuple>

#include "tollgate/reports/usage_row.hpp"

namespace tollgate::reports {
namespace {

/// Whether its answer said so. What is counted from a whole answer has been named by it, also where
/// the name is the deployment's.
bool names_its_model(const usage::UsageRecord& record) {
  return record.model != record.backend_deployment ||
         record.usage_basis == usage::UsageBasis::reported;
}

bool is_of_an_operation(const usage::UsageRecord& record) {
  return kind_of_reason(record.cost_reason) == RowKind::operations;
}

}  // namespace

void DeploymentModels::note(const usage::UsageRecord& record, Int128 operations,
                            std::int64_t last_time) {
  const bool tells = !record.backend_deployment.empty() && !record.model.empty() &&
                     names_its_model(record) && is_of_an_operation(record);
  if (!tells) return;
  NamedModel& named = named_[{record.backend, record.backend_deployment}][record.model];
  named.answers += operations;
  named.last_time = std::max(named.last_time, last_time);
}

DeploymentModels::Deployment DeploymentModels::unnamed(const usage::UsageRecord& record) {
  const bool own =
      record.backend_deployment.empty() || names_its_model(record) || !is_of_an_operation(record);
  return own ? Deployment() : Deployment(record.backend, record.backend_deployment);
}

const std::string* DeploymentModels::model_of(const Deployment& deployment) const {
  const auto named = named_.find(deployment);
  if (named == named_.end()) return nullptr;
  const auto most = std::max_element(
      named->second.begin(), named->second.end(), [](const auto& one, const auto& other) {
        return std::tie(one.second.answers, one.second.last_time, one.first) <
               std::tie(other.second.answers, other.second.last_time, other.first);
      });
  return &most->first;
}

}  // namespace tollgate::reports
