// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "settings.hpp"
#include "tollgate/base/int128.hpp"
#include "tollgate/base/nearest_name.hpp"
#include "tollgate/quotas/use.hpp"

namespace tollgate::config {
namespace {

class QuotaChecker {
 public:
  QuotaChecker(const Config& config, std::vector<ConfigError>& errors)
      : config_(config), errors_(errors) {
    for (const Model& model : config.models) models_.insert(model.name);
  }

  void must_be_model(const std::string& name, int line, const std::string& who) {
    if (models_.contains(name)) return;
    fail(line, who + " names an unknown model: " + name + did_you_mean(name, models_));
  }

  void check_models_of(const std::vector<LimitEntry>& entries, const std::string& who) {
    for (const LimitEntry& entry : entries) {
      if (!entry.model.empty()) must_be_model(entry.model, entry.limit.line, "a limit of " + who);
    }
  }

  void check_tag(const TagLimits& tag) {
    const auto has_it = [&](const Client& client) {
      const auto found = client.tags.find(tag.tag);
      return found != client.tags.end() && found->second == tag.value;
    };
    if (tag.tag.empty() || tag.value.empty() || std::ranges::any_of(config_.clients, has_it))
      return;
    fail(tag.line, "quotas.tags: no client has the tag " + tag.tag + ": " + tag.value);
  }

  /// Scripts of the store count in doubles.
  void check_amounts_in_store() {
    constexpr std::int64_t kExact = 9'000'000'000'000'000;
    if (!config_.quotas.store) return;
    std::set<int> told;
    for (const quotas::Rule& rule : quota_rules(config_)) {
      const quotas::Limit& limit = rule.limit;
      Int128 most = limit.amount;
      for (const quotas::TopUp& top_up : limit.top_ups) most += top_up.amount;
      most = std::max<Int128>(most, limit.burst.value_or(0));
      const bool exact = most * quotas::units_per_amount(key_of(rule)) <= kExact;
      if (exact || !told.insert(limit.line).second) continue;
      fail(limit.line,
           "limits: an amount with its top-ups is at most 9000000 in money, "
           "9000000000000 in weighted tokens and 9000000000000000 in all else where "
           "quotas.store is given");
    }
  }

  /// Each once: a default limit is one of many clients.
  void check_rules() {
    std::set<std::pair<int, std::string>> told;
    for (const quotas::LimitFault& fault : quotas::faults_of(quota_rules(config_))) {
      if (told.emplace(fault.line, fault.message).second)
        fail(fault.line, "limits: " + fault.message);
    }
  }

 private:
  void fail(int line, std::string message) { errors_.push_back({line, 0, std::move(message)}); }

  const Config& config_;
  std::vector<ConfigError>& errors_;
  std::set<std::string> models_;
};

}  // namespace

void check_quotas(const Config& config, const SettingValues& settings,
                  std::vector<ConfigError>& errors) {
  QuotaChecker checker(config, errors);
  checker.check_models_of(config.quotas.default_limits, "quotas.default_limits");
  for (const Client& client : config.clients) {
    if (client.limits) checker.check_models_of(*client.limits, "client " + client.name);
  }
  for (const TagLimits& tag : config.quotas.tags) checker.check_tag(tag);
  for (const auto& [model, tokens] : config.quotas.output_tokens) {
    checker.must_be_model(model, line_given(settings, {"quotas.output_tokens"}),
                          "quotas.output_tokens");
  }
  checker.check_rules();
  checker.check_amounts_in_store();
}

}  // namespace tollgate::config
