// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <utility>

#include "tollgate/config/config.hpp"

namespace tollgate::config {
namespace {

void add_rules(const std::vector<LimitEntry>& entries, const quotas::Subject& subject,
               const TimeZone& zone, std::vector<quotas::Rule>& out) {
  for (const LimitEntry& entry : entries) {
    quotas::Rule rule{subject, entry.limit};
    if (!entry.model.empty()) {
      rule.subject.scope = quotas::Scope::client_model;
      rule.subject.detail = entry.model;
    }
    if (entry.until) rule.limit.until = zone.start_of(*entry.until);
    out.push_back(std::move(rule));
  }
}

}  // namespace

const TimeZone& quota_zone(const Config& config) {
  return config.quotas.time_zone ? *config.quotas.time_zone : config.reports.time_zone;
}

std::vector<quotas::Rule> quota_rules(const Config& config) {
  using quotas::Scope;
  const TimeZone& zone = quota_zone(config);
  std::vector<quotas::Rule> out;
  add_rules(config.quotas.limits, {Scope::gateway, {}, {}}, zone, out);
  for (const TagLimits& tag : config.quotas.tags)
    add_rules(tag.limits, {Scope::tag, tag.tag, tag.value}, zone, out);
  for (const Client& client : config.clients) {
    const auto& entries = client.limits ? *client.limits : config.quotas.default_limits;
    add_rules(entries, {Scope::client, client.name, {}}, zone, out);
  }
  return out;
}

}  // namespace tollgate::config
