// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "quota_demand.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "tollgate/config/price_file.hpp"

namespace tollgate::proxy {
namespace {

const std::string kChat = "/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21";

/// A request, and all that is decided about it.
struct Asked {
  Asked(const std::string& path, std::string given)
      : target(operations::parse_target("POST", path).value()), body(std::move(given)) {
    if (auto found = usage::scan_request(body)) scan = std::move(*found);
  }
  Wanted wanted() const { return {target, scan ? &*scan : nullptr, {}, client}; }
  std::optional<std::int64_t> prompt() const { return prompt_at_most(wanted(), body); }
  std::int64_t output(std::int64_t usual = 1000) const { return output_at_most(wanted(), usual); }

  operations::RequestTarget target;
  std::string body;
  std::optional<usage::RequestScan> scan;
  config::Client client;
};

TEST(QuotaDemand, ThePromptIsAtMostItsBytes) {
  const Asked asked(kChat, R"({"messages":[{"role":"user","content":"Hi"}]})");
  EXPECT_GE(asked.prompt().value(), static_cast<std::int64_t>(asked.body.size()));
  EXPECT_EQ(count_prompt(*asked.target.operation, "gpt-4o", asked.body), 8);
}

TEST(QuotaDemand, WithAnImageItMustBeCounted) {
  const Asked asked(kChat, R"({"messages":[{"role":"user","content":[{"type":"image_url",)"
                           R"("image_url":{"url":"https://x.example/y.png"}}]}]})");
  EXPECT_FALSE(asked.prompt());
  EXPECT_GT(count_prompt(*asked.target.operation, "gpt-4o", asked.body), 85);
}

TEST(QuotaDemand, WhatHasNoTokensTakesNone) {
  const Asked file("/openai/v1/files", "{}");
  EXPECT_EQ(file.prompt(), 0);
  EXPECT_EQ(file.output(), 0);
  const Asked nothing(kChat, "no JSON");
  EXPECT_EQ(nothing.prompt(), 0);
}

TEST(QuotaDemand, WhatCannotBeCountedIsItsBytes) {
  const Asked asked(kChat, R"({"messages":)");
  EXPECT_EQ(count_prompt(*asked.target.operation, "gpt-4o", asked.body), 12);
}

TEST(QuotaDemand, TheOutputIsTheRequestsOwnLimit) {
  EXPECT_EQ(Asked(kChat, R"({"max_tokens":50})").output(), 50);
  EXPECT_EQ(Asked(kChat, R"({"max_tokens":50,"n":4})").output(), 200);
  EXPECT_EQ(Asked("/openai/v1/responses", R"({"max_output_tokens":70})").output(), 70);
}

TEST(QuotaDemand, WithoutOneItIsWhatIsUsual) {
  EXPECT_EQ(Asked(kChat, "{}").output(), 1000);
  EXPECT_EQ(Asked(kChat, R"({"n":4})").output(), 4000);
  EXPECT_EQ(Asked("/openai/v1/embeddings", R"({"input":"a"})").output(), 0) << "it has no output";
}

class DearestCost : public testing::Test {
 protected:
  DearestCost() {
    config::PriceFile prices = config::read_price_file(R"(currency: USD
entries:
  - {model: cheap, from: 2020-01-01, per_million: {input: 1, output: 2}}
  - {model: dear, from: 2020-01-01, per_million: {input: 10, output: 20}}
)");
    pricer_.reset(new pricing::Pricer(std::move(prices.prices.list),
                                      {{"east", "a", "", "cheap"},
                                       {"east", "b", "", "dear"},
                                       {"east", "c", "", "other"},
                                       {"east", "d", "GlobalProvisionedManaged", "dear"}}));
    backend_.name = "east";
    destination_.own_route.emplace();
  }
  std::optional<std::int64_t> cost(const std::vector<std::string_view>& deployments) {
    auto& candidates = destination_.own_route->candidates;
    candidates.clear();
    for (const std::string_view deployment : deployments)
      candidates.push_back({&backend_, 0, deployment});
    quotas::Demand demand;
    demand.prompt_tokens = 3;
    demand.completion_tokens = 5;
    return dearest_cost(asked_.wanted(), destination_, *pricer_, std::chrono::system_clock::now(),
                        demand);
  }

  std::unique_ptr<pricing::Pricer> pricer_;
  config::Backend backend_;
  Destination destination_;
  Asked asked_{kChat, "{}"};
};

TEST_F(DearestCost, IsThatOfTheDearestCandidate) {
  EXPECT_EQ(cost({"a"}), 3 * 1000 + 5 * 2000);
  EXPECT_EQ(cost({"a", "b"}), 3 * 10'000 + 5 * 20'000);
  EXPECT_EQ(cost({"b", "a"}), 3 * 10'000 + 5 * 20'000);
}

TEST_F(DearestCost, IsNotKnownWhereOneHasNoPrice) { EXPECT_EQ(cost({"a", "c"}), std::nullopt); }

TEST_F(DearestCost, WhatIsPaidByTheHourAddsNothing) {
  EXPECT_EQ(cost({"d"}), 0);
  EXPECT_EQ(cost({"d", "a"}), 3 * 1000 + 5 * 2000);
}

TEST_F(DearestCost, WorkWhoseModelNobodyNamesIsPricedWhenItHasEnded) { EXPECT_EQ(cost({""}), 0); }

}  // namespace
}  // namespace tollgate::proxy
