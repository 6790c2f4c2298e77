// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "tollgate/config/load.hpp"

namespace tollgate::routing {
namespace {

config::LoadResult load(const std::string& backend, const std::string& model,
                        const std::string& top) {
  std::string yaml =
      "listeners: [{address: 127.0.0.1:0}]\n"
      "clients: [{name: c, api_keys: [{name: k, env: KEY}]}]\n"
      "backends: [{name: b, endpoint: https://b.example, credential: {managed_identity: {}}";
  yaml.append(backend).append("}]\nmodels: [{name: m, targets: [{backend: b}]").append(model);
  yaml.append("}]\nledger: {path: /tmp/ledger.db}\n").append(top);
  const auto secret = [](const std::string&) { return std::optional<std::string>("secret"); };
  return config::load_text(yaml, {secret, secret});
}

TEST(RetrySettings, AreRead) {
  const config::LoadResult loaded =
      load(", breaker: {consecutive_failures: 0, failure_ratio: 0.25, window: 1m, open_for: 500ms}",
           ", retry: {attempts: 1, total_timeout: 90s, on_timeout: true}",
           "retry_budget: {ratio: 1, min_per_second: 0}\n");
  ASSERT_EQ(config::format_errors("t", loaded.errors), "");
  const config::Breaker& breaker = loaded.config->backends[0].breaker;
  EXPECT_EQ(breaker.consecutive_failures, 0U);
  EXPECT_EQ(breaker.failure_ratio, 0.25);
  EXPECT_EQ(breaker.window, seconds(60));
  EXPECT_EQ(breaker.open_for, milliseconds(500));
  const config::Retry& retry = loaded.config->models[0].retry;
  EXPECT_EQ(retry.attempts, 1U);
  EXPECT_EQ(retry.total_timeout, seconds(90));
  EXPECT_TRUE(retry.on_timeout);
  EXPECT_EQ(loaded.config->retry_budget.ratio, 1);
  EXPECT_EQ(loaded.config->retry_budget.min_per_second, 0U);
}

TEST(RetrySettings, NeverRepeatAfterATimeoutUnlessAsked) {
  const config::LoadResult loaded = load("", "", "");
  ASSERT_EQ(config::format_errors("t", loaded.errors), "");
  EXPECT_FALSE(loaded.config->models[0].retry.on_timeout);
}

TEST(RetrySettings, AreRefusedOutsideTheirRanges) {
  const config::LoadResult loaded =
      load(", breaker: {failure_ratio: 1.5, window: 0s}",
           ", retry: {attempts: 0, on_timeout: maybe}", "retry_budget: {ratio: nan}\n");
  std::vector<std::pair<int, std::string>> found;
  for (const auto& error : loaded.errors) found.emplace_back(error.line, error.message);
  const std::vector<std::pair<int, std::string>> wanted{
      {3, "backends[0].breaker.failure_ratio must be a number from 0 to 1, such as 0.25"},
      {3,
       "backends[0].breaker.window must be a duration with its unit, "
       "such as 500ms, 30s, 15m or 30d"},
      {4, "models[0].retry.attempts must be a whole number from 1 to 10"},
      {4, "models[0].retry.on_timeout must be false or true"},
      {6, "retry_budget.ratio must be a number from 0 to 1, such as 0.25"}};
  EXPECT_EQ(found, wanted);
  for (const char* ratio : {"-0.1", "20%", "0.2x", "''", "[0.2]"}) {
    const std::string top = std::string("retry_budget: {ratio: ") + ratio + "}\n";
    EXPECT_FALSE(load("", "", top).errors.empty()) << ratio;
  }
}

}  // namespace
}  // namespace tollgate::routing
