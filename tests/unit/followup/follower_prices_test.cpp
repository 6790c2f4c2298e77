// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "capture/fake_recorder.hpp"
#include "follower_fixture.hpp"

namespace tollgate::followup {
namespace {

/// One price for a million tokens in.
std::shared_ptr<const pricing::Pricer> pricer_of(
    const char* model, const char* price, pricing::Tier tier,
    pricing::Scope scope = pricing::Scope::any,
    std::vector<pricing::DeploymentTerms> deployments = {}) {
  pricing::PriceEntry entry;
  entry.scope = scope;
  entry.model = model;
  entry.tier = tier;
  entry.rates[index_of(pricing::PriceClass::input)] =
      pricing::make_rate(pricing::parse_price(price).value(), pricing::kPerMillion);
  pricing::PriceList list("USD", {entry}, {});
  return std::shared_ptr<const pricing::Pricer>(
      new pricing::Pricer(std::move(list), std::move(deployments)));
}

class FollowerPrices : public FollowerTest {};

TEST_F(FollowerPrices, WhatIsSettledHasItsCost) {
  pricer_ = pricer_of("m", "4", pricing::Tier::standard);
  await("/openai/v1/responses/resp_1", kYoung);
  transport_.answer("/openai/v1/responses/resp_1", 200,
                    R"({"id":"resp_1","model":"m","status":"completed",)"
                    R"("usage":{"input_tokens":5,"output_tokens":0,"total_tokens":5},)"
                    R"("output":[{"type":"web_search_call"}]})");
  look();
  const usage::UsageRecord record = settled();
  EXPECT_EQ(record.cost_nano, 20'000);
  EXPECT_EQ(record.web_search_calls, 1);
  EXPECT_EQ(record.cost_basis, usage::CostBasis::partial);
  EXPECT_EQ(record.cost_reason, "no_price:web_search");
}

TEST_F(FollowerPrices, WhatABackendSaysLaterGoesNowhereWithAValueInItAndIsPricedByItsOwnWords) {
  for (const bool has_recorder : {true, false}) {
    open_ledger();
    const capture::FakeRecorder recorder;
    recorder_ = has_recorder ? &recorder : nullptr;
    pricer_ = pricer_of("m@b.example", "4", pricing::Tier::standard);
    usage::UsageRecord redacted;
    redacted.audit_level = usage::AuditLevel::redacted;
    await("/openai/v1/responses/resp_1", kYoung, redacted);
    transport_.answer("/openai/v1/responses/resp_1", 200,
                      R"({"id":"resp_1","model":"m@b.example","status":"failed",)"
                      R"("error":{"code":"no a@b.example"},)"
                      R"("usage":{"input_tokens":5,"output_tokens":0,"total_tokens":5}})");
    look();
    const usage::UsageRecord record = settled();
    EXPECT_EQ(record.cost_nano, 20'000) << record.cost_reason;
    EXPECT_EQ(record.model, has_recorder ? "[EMAIL]" : "");
    EXPECT_EQ(usage::to_json(record).find('@'), std::string::npos) << usage::to_json(record);
  }
}

TEST_F(FollowerPrices, ABatchIsPricedByItsTierAndItsLongestRequest) {
  pricer_ = pricer_of("m", "2", pricing::Tier::batch);
  usage::UsageRecord batch;
  batch.operation_id = "Batches_Create";
  await(kBatch, kYoung, batch);
  transport_.answer(kBatch, 200, kFinishedBatch);
  const std::string line = R"({"response":{"status_code":200,"body":{"model":"m","usage":)"
                           R"({"prompt_tokens":5,"completion_tokens":0,"total_tokens":5}}}})"
                           "\n";
  transport_.answer(kOutput, 200, line + line);
  look();
  EXPECT_EQ(settled().cost_nano, 20'000);
  EXPECT_EQ(settled().cost_basis, usage::CostBasis::priced) << settled().cost_reason;
  EXPECT_EQ(settled().longest_prompt_tokens, 5);
}

TEST_F(FollowerPrices, ABatchWhoseResultsNameItsDeploymentHasThePriceOfItsScope) {
  pricer_ = pricer_of("m", "2", pricing::Tier::batch, pricing::Scope::global,
                      {{"backend", "nightly", "GlobalBatch", "m"}});
  usage::UsageRecord batch;
  batch.operation_id = "Batches_Create";
  for (const auto& [model, reason] : {std::pair("nightly", ""), {"m", "no_price_for_scope"}}) {
    open_ledger();
    await(kBatch, kYoung, batch);
    transport_.answer(kBatch, 200, kFinishedBatch);
    transport_.answer(kOutput, 200,
                      R"({"response":{"status_code":200,"body":{"model":")" + std::string(model) +
                          R"(","usage":{"prompt_tokens":5,"completion_tokens":0,)"
                          R"("total_tokens":5}}}})");
    look();
    EXPECT_EQ(settled().cost_reason, reason);
    EXPECT_EQ(settled().cost_nano.value_or(-1), *reason == '\0' ? 10'000 : -1);
  }
}

}  // namespace
}  // namespace tollgate::followup
