// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <string>

#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "config/minimal.hpp"
#include "explained_record.hpp"
#include "ledger/temp_directory.hpp"
#include "record_ids.hpp"
#include "tollgate/ledger/adjustments.hpp"
#include "tollgate/ledger/ledger.hpp"
#include "tollgate/pricing/cost.hpp"

namespace tollgate::app {
namespace {

constexpr const char* kPriceYaml =
    "prices:\n"
    "  currency: USD\n"
    "  entries:\n"
    "    - {model: gpt-5, from: 2020-01-01, per_million: {input: 4.00, output: 20.00}}\n"
    "  adjustments: [{percent: -12, from: 2020-01-01}]\n";

/// A ledger with two records that share the client's id.
class ExplainTest : public testing::Test {
 protected:
  ExplainTest() {
    std::ofstream(config_) << config::kMinimal << kPriceYaml;
    const UtcTime now = std::chrono::system_clock::now();
    first_ = record_made(now);
    first_.backend_request_id = "6d1b38b9-0b5a-4e5e-9d2a-f7d0f8f8a001";
    second_ = record_made(now);
    second_.response_id = "chatcmpl-2";
    second_.attempts = {{"east", "gpt", 429, 12, "", "", "", 1'000, true},
                        {"west", "gpt", 0, 30, "connect failed", "", "", {}, false}};
    config::Ledger settings;
    settings.path = ledger_;
    const auto opened = ledger::Ledger::open(settings, 1, now);
    EXPECT_TRUE(opened);
    for (const usage::UsageRecord& record : {first_, second_}) {
      EXPECT_TRUE((*opened)->journal(0).open(record));
      EXPECT_TRUE((*opened)->journal(0).close(record));
    }
    EXPECT_TRUE((*opened)->flush());
  }

  static usage::UsageRecord record_made(UtcTime now) {
    usage::UsageRecord out;
    out.record_id = make_uuid_v7(now);
    out.event_time = now;
    out.client_name = "retail";
    out.tags = {{"cost_center", "4711"}};
    out.operation_id = "ChatCompletions_Create";
    out.model = "gpt-5-2026-01-01";
    out.correlation_id = "Trace-7";
    out.usage_basis = usage::UsageBasis::reported;
    out.tokens.prompt = 210;
    out.tokens.completion = 57;
    out.cost_nano = 1'742'400;
    out.cost_currency = "USD";
    out.cost_basis = usage::CostBasis::priced;
    out.cost_components = {{"input", 210, "4", 1'000'000, "-12", 739'200},
                           {"output", 57, "20", 1'000'000, "-12", 1'003'200}};
    return out;
  }

  int explain_id(const std::string& id, const std::string& format = "text") {
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const int status = explain({{config_, ledger_}, id, format});
    out_ = testing::internal::GetCapturedStdout();
    err_ = testing::internal::GetCapturedStderr();
    return status;
  }
  bool says(const std::string& text) const { return out_.find(text) != std::string::npos; }

  ledger::TempDirectory directory_;
  std::string ledger_ = directory_ / "ledger.db";
  std::string config_ = directory_ / "tollgate.yaml";
  usage::UsageRecord first_;
  usage::UsageRecord second_;
  std::string out_;
  std::string err_;
};

TEST_F(ExplainTest, ARecordIsFoundByEachOfItsIds) {
  const std::string id = first_.record_id.to_string();
  for (const std::string& any : {id, first_.backend_request_id}) {
    EXPECT_EQ(explain_id(any), 0) << err_;
    EXPECT_TRUE(says("Record " + id)) << out_;
    EXPECT_FALSE(says(second_.record_id.to_string())) << out_;
  }
  EXPECT_EQ(explain_id("CHATCMPL-2"), 0) << err_;
  EXPECT_TRUE(says("(found by ResponseId)")) << out_;
  EXPECT_TRUE(says("  1           east/gpt, status 429, 12 ms, asked to wait 1000 ms\n")) << out_;
  EXPECT_TRUE(
      says("  2           west/gpt, no answer, connect failed, 30 ms, nothing of the "
           "request left\n"))
      << out_;
}

TEST_F(ExplainTest, AllThatHaveAnIdAreShown) {
  EXPECT_EQ(explain_id("Trace-7"), 0) << err_;
  EXPECT_TRUE(says(first_.record_id.to_string())) << out_;
  EXPECT_TRUE(says("\n\nRecord " + second_.record_id.to_string() + " (found by CorrelationId)\n"))
      << out_;
}

TEST_F(ExplainTest, AProvisionalAmountIsMultipliedToo) {
  ExplainedRecord later;
  later.record.cost_basis = usage::CostBasis::allocated_later;
  later.record.tokens.prompt = 36;
  later.record.tokens.completion = 4;
  later.record.provisional_cost_nano = 560'000;
  later.record.provisional_currency = "USD";
  later.provisional = pricing::ProvisionalTerms{12, 84, 7'500'000, 50'000'000'000, 560'000};
  out_ = explained_text(later);
  EXPECT_TRUE(
      says("              PromptTokens 36 + 12 x CompletionTokens 4 = 84\n"
           "              84 x 50 / 7500000 = 560000 nano = 0.000560000 USD\n"))
      << out_;
  EXPECT_FALSE(says("NOT what the record has")) << out_;
  later.provisional->share_nano = 1;
  out_ = explained_text(later);
  EXPECT_TRUE(says("by the capacity that is configured now, NOT what the record has")) << out_;
}

TEST_F(ExplainTest, TheMultiplicationIsDoneLineByLine) {
  EXPECT_EQ(explain_id(first_.record_id.to_string()), 0) << err_;
  EXPECT_TRUE(says("  tags        cost_center=4711\n")) << out_;
  EXPECT_TRUE(
      says("  input       PromptTokens 210 = 210\n"
           "              210 x 4 x (100 + -12) / 100 / 1000000 = 0.0007392 USD\n"
           "              that is 3.52 USD for a million\n"
           "              stored 739200 nano\n"))
      << out_;
  EXPECT_TRUE(
      says("  sum         0.0017424 USD, rounded once, half to even:\n"
           "              1742400 nano = 0.001742400 USD\n"
           "              computed again just now: the same, and so is every component\n"))
      << out_;
}

TEST_F(ExplainTest, EachAdjustmentIsShownWithItsMultiplication) {
  usage::CostAdjustment one{
      .kind = usage::AdjustmentKind::rerate, .run = "rerate a", .made_at = {}};
  usage::set_previous(one, first_);
  one.record = first_;
  one.record.cost_nano = 1'980'000;
  one.record.cost_components = {{"input", 210, "4", 1'000'000, "", 840'000},
                                {"output", 57, "20", 1'000'000, "", 1'140'000}};
  usage::CostAdjustment share{
      .kind = usage::AdjustmentKind::allocation, .run = "an hour", .made_at = {}};
  share.record = first_;
  share.record.cost_nano = 4'210'526;
  share.record.cost_components = {{"provisioned", 1'200, "100", 28'500'000, "", 4'210'526}};
  const auto desk = ledger::AdjustmentDesk::open(ledger_);
  ASSERT_TRUE(desk);
  ASSERT_EQ((*desk)->add(std::vector{one}).value(), 1U);
  ASSERT_EQ((*desk)->add(std::vector{share}).value(), 1U);
  EXPECT_EQ(explain_id(first_.record_id.to_string()), 0) << err_;
  EXPECT_TRUE(says("Cost, as it was recorded\n")) << out_;
  EXPECT_TRUE(says("Adjustment: rerate, which counts no more\n")) << out_;
  EXPECT_TRUE(says("  before      1742400 nano = 0.001742400 USD\n")) << out_;
  EXPECT_TRUE(says("210 x 4 / 1000000 = 0.00084 USD\n")) << out_;
  EXPECT_TRUE(says("Adjustment: allocation, which counts now\n")) << out_;
  EXPECT_TRUE(says("  before      1980000 nano = 0.001980000 USD\n")) << out_;
  EXPECT_TRUE(says("1200 x 100 / 28500000 = 0.004210526315789... USD\n")) << out_;
  EXPECT_EQ(explain_id(first_.record_id.to_string(), "json"), 0) << err_;
  const auto all = nlohmann::json::parse(out_);
  ASSERT_EQ(all[0]["Adjustments"].size(), 2U);
  EXPECT_EQ(all[0]["Adjustments"][1]["Cost"]["Holds"], true);
  EXPECT_EQ(all[0]["Adjustments"][1]["Adjustment"]["Kind"], "allocation");
}

TEST_F(ExplainTest, JsonHasTheRecordAndItsLines) {
  EXPECT_EQ(explain_id("Trace-7", "json"), 0) << err_;
  const auto all = nlohmann::json::parse(out_);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0]["Record"]["ClientName"], "retail");
  EXPECT_EQ(all[0]["FoundBy"], nlohmann::json::array({"CorrelationId"}));
  EXPECT_EQ(all[0]["DeliveryState"], "kept");
  const auto& cost = all[0]["Cost"];
  EXPECT_EQ(cost["Holds"], true);
  EXPECT_EQ(cost["ExactSum"], "0.0017424");
  EXPECT_EQ(cost["Lines"][1]["AdjustedPrice"], "17.6");
  EXPECT_EQ(cost["Lines"][1]["QuantityIs"][0]["Column"], "CompletionTokens");
}

TEST_F(ExplainTest, ThePriceIsNamedWhereTheConfigurationHasIt) {
  const config::LoadResult loaded = load_without_secrets(config_);
  ASSERT_TRUE(loaded.config) << config::format_errors(config_, loaded.errors);
  ASSERT_EQ(loaded.config->prices.list.entries().size(), 1U);
  usage::UsageRecord priced = record_made(std::chrono::system_clock::now());
  priced.response_id = "chatcmpl-3";
  priced.price_id = loaded.config->prices.list.entries()[0].id;
  usage::UsageRecord other = priced;
  other.record_id = make_uuid_v7(other.event_time);
  other.response_id = "chatcmpl-4";
  other.price_id = "00112233445566778899aabbccddeeff";
  config::Ledger settings;
  settings.path = ledger_;
  {
    const auto opened = ledger::Ledger::open(settings, 1, priced.event_time);
    ASSERT_TRUE(opened);
    for (const usage::UsageRecord& record : {priced, other}) {
      ASSERT_TRUE((*opened)->journal(0).open(record));
      ASSERT_TRUE((*opened)->journal(0).close(record));
    }
  }
  EXPECT_EQ(explain_id("chatcmpl-3"), 0) << err_;
  EXPECT_TRUE(says(priced.price_id + ", gpt-5, scope any, tier default, from 2020-01-01, line "))
      << out_;
  EXPECT_EQ(explain_id("chatcmpl-4"), 0) << err_;
  EXPECT_TRUE(says("which is not in the prices at hand")) << out_;
}

TEST_F(ExplainTest, AnIdThatNobodyHasIsToldWhereItWasLookedFor) {
  EXPECT_EQ(explain_id("chatcmpl-9"), 1);
  EXPECT_EQ(out_, "");
  EXPECT_TRUE(err_.starts_with("no record has the id chatcmpl-9 as one of its: RecordId ("))
      << err_;
}

// Who had read an exchange was nobody, for an id in capitals.
TEST(RecordIds, AreTakenInLettersLargeAndSmall) {
  const std::string id = "019aaaaa-0000-7000-8000-00000000abcd";
  EXPECT_EQ(given_record_id("019AAAAA-0000-7000-8000-00000000ABCD").value(), id);
  EXPECT_EQ(given_record_id(id).value(), id);
  EXPECT_EQ(given_record_id("").value(), std::nullopt);
  EXPECT_EQ(given_record_id("abc").error().message, "abc is no RecordId");
}

TEST(RecordIds, AreOneInLettersLargeAndSmall) {
  EXPECT_TRUE(
      is_same_id("019AAAAA-0000-4000-8000-00000000ABCD", "019aaaaa-0000-4000-8000-00000000abcd"));
  EXPECT_FALSE(
      is_same_id("019aaaaa-0000-4000-8000-00000000abce", "019aaaaa-0000-4000-8000-00000000abcd"));
  EXPECT_TRUE(is_same_id("chatcmpl-Ab", "chatcmpl-Ab"));
  EXPECT_FALSE(is_same_id("chatcmpl-Ab", "chatcmpl-Abc"));
  usage::UsageRecord record;
  record.response_id = "019AAAAA-0000-4000-8000-00000000ABCD";
  record.backend_request_id = "019aaaaa-0000-4000-8000-00000000abcd";
  EXPECT_EQ(columns_with(record, "019aaaaa-0000-4000-8000-00000000ABCD").size(), 2U);
}

TEST(RecordIds, HaveTheirTimeInThem) {
  const UtcTime now = *from_rfc3339("2026-11-29T18:00:00Z");
  const ledger::Period near = time_in("01a22876-bd00-7000-8000-000000000001");
  EXPECT_TRUE(near.holds(now));
  EXPECT_FALSE(near.holds(now + std::chrono::hours(25)));
  EXPECT_FALSE(near.holds(now - std::chrono::hours(25)));
  EXPECT_FALSE(time_in(make_uuid_v4().to_string()).from);
  EXPECT_FALSE(time_in("ffffffff-ffff-7fff-bfff-ffffffffffff").from);
  EXPECT_FALSE(time_in("chatcmpl-7").from);
}

}  // namespace
}  // namespace tollgate::app
