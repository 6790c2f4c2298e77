// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "quota_names.hpp"

#include <nlohmann/json.hpp>
#include <set>

#include "tollgate/base/nearest_name.hpp"
#include "tollgate/base/text.hpp"
#include "tollgate/pricing/amount.hpp"

namespace tollgate::app {
namespace {

constexpr std::size_t kMostNamed = 20;

/// "a, b and 3 more".
std::string listed(const std::set<std::string>& names) {
  std::string out;
  std::size_t count = 0;
  for (const std::string& name : names) {
    if (++count > kMostNamed)
      return out + " and " + std::to_string(names.size() - kMostNamed) + " more";
    out.append(out.empty() ? "" : ", ").append(name);
  }
  return out;
}

/// What a client, or another subject, may be called.
bool is_called(const quotas::Subject& subject, const std::string& name) {
  const bool client = subject.scope == quotas::Scope::client && subject.name == name;
  const bool gateway = subject.scope == quotas::Scope::gateway && name == "gateway";
  return client || gateway || to_text(subject) == name;
}

}  // namespace

std::string key_text(const quotas::LimitKey& key) {
  const quotas::Subject& subject = key.subject;
  return nlohmann::json::array({to_string(subject.scope), subject.name, subject.detail,
                                to_string(key.measure), to_string(key.period), to_string(key.count),
                                key.weights.prompt, key.weights.cached, key.weights.completion})
      .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string limit_name(const quotas::Limit& limit) {
  std::string out(to_string(limit.measure));
  if (limit.period != quotas::Period::none) out.append("/").append(to_string(limit.period));
  if (limit.count != quotas::TokenCount::all) out.append("/").append(to_string(limit.count));
  return out;
}

Result<quotas::LimitState> choose_limit(const std::vector<quotas::LimitState>& states,
                                        const std::string& subject, const std::string& limit) {
  std::set<std::string> subjects;
  std::set<std::string> names;
  std::vector<const quotas::LimitState*> found;
  for (const quotas::LimitState& state : states) {
    const quotas::Rule& rule = *state.rule;
    subjects.insert(to_text(rule.subject));
    if (!is_called(rule.subject, subject)) continue;
    names.insert(limit_name(rule.limit));
    if (limit_name(rule.limit) == limit) found.push_back(&state);
  }
  if (found.size() == 1) return *found.front();
  const std::string who = sanitize_utf8(subject, 128);
  if (states.empty()) return Error{Errc::not_found, "the configuration has no limits"};
  if (names.empty()) {
    return Error{Errc::not_found, who + " has no limits of its own" +
                                      did_you_mean(subject, subjects) +
                                      "; limits are of: " + listed(subjects)};
  }
  if (found.empty()) {
    return Error{Errc::not_found, who + " has no limit " + sanitize_utf8(limit, 64) +
                                      did_you_mean(limit, names) + "; it has: " + listed(names)};
  }
  return Error{Errc::invalid_input, who + " has several limits " + sanitize_utf8(limit, 64) +
                                        " with other weights: change the configuration"};
}

Result<std::int64_t> parse_amount(const std::string& text, const quotas::Limit& limit) {
  const bool money = limit.measure == quotas::Measure::cost;
  const auto read = pricing::parse_decimal(text, money ? pricing::kNanoDecimals : 0);
  if (read && *read > 0 && *read <= quotas::kLargestWeightedAmount)
    return static_cast<std::int64_t>(*read);
  return Error{Errc::invalid_input,
               money ? "the amount must be money above 0 such as 100.00, without a currency"
                     : "the amount must be a whole number above 0"};
}

}  // namespace tollgate::app
