// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "record_filter.hpp"

#include <algorithm>
#include <array>

#include "record_ids.hpp"
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

}  // namespace

bool RecordFilter::holds(const UsageRecord& record) const {
  const auto fits = [](const std::string& wanted, const std::string& value) {
    return wanted.empty() || wanted == value;
  };
  const auto names = [](const std::string& wanted, const std::vector<std::string>& replaced,
                        const std::string& value) {
    return wanted == value || std::find(replaced.begin(), replaced.end(), value) != replaced.end();
  };
  const bool from_caller =
      caller.empty() || std::any_of(kCallers.begin(), kCallers.end(), [&](const auto column) {
        return names(caller, replaced_callers, record.*column);
      });
  const bool of_conversation =
      conversation.empty() || names(conversation, replaced_conversations, record.conversation_id);
  return from_caller && of_conversation && fits(client, record.client_name) &&
         (fits(model, record.model) || fits(model, record.requested_model)) &&
         (response.empty() || is_same_id(response, record.response_id));
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
  std::string out;
  if (!filter.client.empty()) out = none_is("client", filter.client, clients_);
  if (!filter.model.empty() && out.empty()) out = none_is("model", filter.model, models_);
  return out.empty() ? "no record of this time fits" : out;
}

void NamesMet::keep(Kept& kept, const std::string& name) {
  if (name.empty() || kept.names.contains(name)) return;
  kept.all = kept.all && kept.names.size() < kMostNames;
  if (kept.all) kept.names.insert(name);
}

/// Empty: there may be one, and it is another thing that nothing fits.
std::string NamesMet::none_is(const char* kind, const std::string& wanted, const Kept& kept) {
  if (!kept.all || kept.names.contains(wanted)) return {};
  return std::string("no record of this time is of the ") + kind + " " + wanted +
         did_you_mean(wanted, kept.names);
}

}  // namespace tollgate::app
