// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "record_filter.hpp"

#include <algorithm>
#include <array>

#include "tollgate/base/nearest_name.hpp"

namespace tollgate::app {
namespace {

using usage::UsageRecord;

/// The columns that say who called; docs/for-auditors.md lists them.
constexpr std::array kCallers{&UsageRecord::caller_ip_address, &UsageRecord::caller_app_id,
                              &UsageRecord::caller_object_id, &UsageRecord::caller_custom_id,
                              &UsageRecord::end_user};

/// Names are bounded by the configurations that wrote the records, but for models.
constexpr std::size_t kMostNames = 1000;

void keep(std::set<std::string>& names, const std::string& name) {
  if (!name.empty() && names.size() < kMostNames) names.insert(name);
}

}  // namespace

bool RecordFilter::holds(const UsageRecord& record) const {
  const auto fits = [](const std::string& wanted, const std::string& value) {
    return wanted.empty() || wanted == value;
  };
  const bool from_caller =
      caller.empty() || std::any_of(kCallers.begin(), kCallers.end(),
                                    [&](const auto column) { return record.*column == caller; });
  return from_caller && fits(client, record.client_name) &&
         (fits(model, record.model) || fits(model, record.requested_model)) &&
         fits(response, record.response_id) && fits(conversation, record.conversation_id);
}

bool RecordFilter::any() const {
  return !(client.empty() && model.empty() && response.empty() && conversation.empty() &&
           caller.empty());
}

void NamesMet::add(const UsageRecord& record) {
  keep(clients_, record.client_name);
  keep(models_, record.model);
  keep(models_, record.requested_model);
}

std::string NamesMet::nothing_fits(const RecordFilter& filter) const {
  if (!filter.client.empty() && !clients_.contains(filter.client)) {
    return "no record of this time is of the client " + filter.client +
           did_you_mean(filter.client, clients_);
  }
  if (!filter.model.empty() && !models_.contains(filter.model)) {
    return "no record of this time is of the model " + filter.model +
           did_you_mean(filter.model, models_);
  }
  return "no record of this time fits";
}

}  // namespace tollgate::app
