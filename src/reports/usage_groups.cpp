// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/reports/usage_groups.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "tollgate/reports/calendar.hpp"

namespace tollgate::reports {
namespace {

using usage::UsageRecord;

constexpr std::string_view kTag = "tag:";
constexpr std::string_view kModel = "model";

struct Group {
  std::string_view name;  ///< one that ends with a colon has the rest of the name given behind it
  std::string (*value)(const UsageRecord&, const std::string& name) = nullptr;
  std::string (*label)(UtcTime, const TimeZone&) = nullptr;  ///< of a group of times
  bool in_rollups = true;  ///< false: a client's own words, which roll-ups leave out
};
constexpr std::array kGroups{
    Group{"client", [](const UsageRecord& r, const std::string&) { return r.client_name; }},
    Group{kModel, [](const UsageRecord& r, const std::string&) { return r.model; }},
    Group{"requested_model",
          [](const UsageRecord& r, const std::string&) { return r.requested_model; }, nullptr,
          false},
    Group{"ip", [](const UsageRecord& r, const std::string&) { return r.caller_ip_address; },
          nullptr, false},
    Group{"deployment",
          [](const UsageRecord& r, const std::string&) { return r.backend_deployment; }},
    Group{"backend", [](const UsageRecord& r, const std::string&) { return r.backend; }},
    Group{"region", [](const UsageRecord& r, const std::string&) { return r.backend_region; }},
    Group{"backend_tier", [](const UsageRecord& r, const std::string&) { return r.backend_tier; }},
    Group{"operation", [](const UsageRecord& r, const std::string&) { return r.operation_id; }},
    Group{"basis", [](const UsageRecord& r,
                      const std::string&) { return std::string(usage::to_string(r.usage_basis)); }},
    Group{"reason", [](const UsageRecord& r, const std::string&) { return r.usage_reason; }},
    Group{"outcome", [](const UsageRecord& r,
                        const std::string&) { return std::string(usage::to_string(r.outcome)); }},
    Group{"service_tier", [](const UsageRecord& r, const std::string&) { return r.service_tier; }},
    Group{"sku", [](const UsageRecord& r, const std::string&) { return r.sku; }},
    Group{"cost_basis", [](const UsageRecord& r,
                           const std::string&) { return std::string(to_string(r.cost_basis)); }},
    Group{"cost_reason", [](const UsageRecord& r, const std::string&) { return r.cost_reason; }},
    Group{"price_id", [](const UsageRecord& r, const std::string&) { return r.price_id; }},
    Group{"tags",
          [](const UsageRecord& r, const std::string&) {
            std::string out;
            usage::append_json(out, r.tags);
            return out;
          }},
    Group{"hour", nullptr, hour_label},
    Group{"day", nullptr, day_label},
    Group{"week", nullptr, week_label},
    Group{"month", nullptr, month_label},
    Group{kTag,
          [](const UsageRecord& r, const std::string& name) {
            const auto tag = r.tags.find(name.substr(kTag.size()));
            return tag == r.tags.end() ? std::string() : tag->second;
          }},
};

const Group* find_group(std::string_view name) {
  const std::size_t colon = name.find(':');
  const bool bare = colon != std::string_view::npos && colon + 1 == name.size();
  const std::string_view kind = name.substr(0, std::min(colon, name.size() - 1) + 1);
  const auto* const found = std::find_if(kGroups.begin(), kGroups.end(),
                                         [&](const Group& group) { return group.name == kind; });
  return bare || found == kGroups.end() ? nullptr : found;
}

}  // namespace

std::string usage_group_names() {
  std::string out;
  for (const Group& group : kGroups) {
    if (!out.empty()) out.append(group.name == kTag ? " or " : ", ");
    out.append(group.name);
  }
  return out.append("NAME");
}

Result<UsageGroups> UsageGroups::parse(std::span<const std::string> names) {
  if (names.empty()) return Error{Errc::invalid_input, "nothing to group by"};
  UsageGroups out;
  std::string unknown;
  for (const std::string& name : names) {
    const Group* const group = name.empty() ? nullptr : find_group(name);
    if (group == nullptr) {
      unknown.append(unknown.empty() ? "" : ", ").append(name.empty() ? "''" : name);
      continue;
    }
    if (std::find(out.names_.begin(), out.names_.end(), name) != out.names_.end())
      return Error{Errc::invalid_input, "cannot group by " + name + " twice"};
    out.names_.push_back(name);
    out.parts_.push_back({group->value, group->label});
    out.in_rollups_ = out.in_rollups_ && group->in_rollups;
    out.has_time_ = out.has_time_ || group->label != nullptr;
  }
  if (unknown.empty()) return out;
  return Error{Errc::invalid_input, "cannot group by " + unknown + ": use " + usage_group_names()};
}

std::map<std::string, std::size_t> UsageGroups::tags() const {
  std::map<std::string, std::size_t> out;
  for (std::size_t i = 0; i < names_.size(); ++i) {
    if (names_[i].starts_with(kTag)) out.emplace(names_[i].substr(kTag.size()), i);
  }
  return out;
}

std::optional<std::size_t> UsageGroups::place_of_model() const {
  const auto found = std::find(names_.begin(), names_.end(), kModel);
  if (found == names_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - names_.begin());
}

std::vector<std::string> UsageGroups::keys_of(const UsageRecord& record, UtcTime time,
                                              const TimeZone& zone) const {
  std::vector<std::string> out;
  out.reserve(names_.size());
  for (std::size_t i = 0; i < names_.size(); ++i) {
    const Part& part = parts_[i];
    out.push_back(part.value != nullptr ? part.value(record, names_[i]) : part.label(time, zone));
  }
  return out;
}

std::vector<std::string> UsageGroups::labelled(std::vector<std::string> keys,
                                               std::string_view label) const {
  const auto name = std::find_if(parts_.begin(), parts_.end(),
                                 [](const Part& part) { return part.label == nullptr; });
  if (name == parts_.end()) {
    std::vector<std::string> out(keys.size());
    out.front() = label;
    return out;
  }
  keys[static_cast<std::size_t>(name - parts_.begin())] = label;
  return keys;
}

std::vector<std::string> UsageGroups::time_keys(UtcTime time, const TimeZone& zone) const {
  std::vector<std::string> out;
  for (const Part& part : parts_) {
    if (part.label != nullptr) out.push_back(part.label(time, zone));
  }
  return out;
}

}  // namespace tollgate::reports
