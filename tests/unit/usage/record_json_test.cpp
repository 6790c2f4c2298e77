// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <limits>
#include <sstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tollgate/usage/usage_record.hpp"

namespace tollgate::usage {
namespace {

using nlohmann::ordered_json;

ordered_json parsed(const UsageRecord& record) {
  const std::string text = to_json(record);
  EXPECT_EQ(text.find('\n'), std::string::npos);
  return ordered_json::parse(text);  // throws on what is no valid UTF-8
}

// The columns are a contract: add, never rename.
TEST(RecordJson, HasTheColumnsInTheirOrder) {
  std::istringstream columns(
      "TimeGenerated RecordId EventTime Gateway ClientName Tags AuthMethod CallerProof "
      "CallerIpAddress "
      "CallerTenantId CallerAppId CallerObjectId CallerCustomId EndUser ConversationId OperationId "
      "ApiVersion RequestedModel Backend BackendDeployment BackendRegion BackendTier Model Stream "
      "StatusCode Outcome ErrorCode FinishReason PromptTokens CompletionTokens TotalTokens "
      "CachedPromptTokens ReasoningTokens PromptAudioTokens CompletionAudioTokens ImageTokens "
      "AcceptedPredictionTokens RejectedPredictionTokens UsageBasis UsageReason DurationMs "
      "TimeToFirstByteMs GatewayOverheadMs RequestBytes ResponseBytes Attempts BackendRequestId "
      "CorrelationId");
  std::vector<std::string> expected;
  for (std::string name; columns >> name;) expected.push_back(name);
  std::vector<std::string> found;
  const ordered_json object = parsed({});
  for (const auto& [name, value] : object.items()) {
    if (std::find(expected.begin(), expected.end(), name) != expected.end()) found.push_back(name);
  }
  EXPECT_EQ(found, expected);
}

TEST(RecordJson, WritesEveryColumn) {
  UsageRecord record;
  record.record_id = *Uuid::parse("01930f6e-5b1a-7c3d-8e4f-a1b2c3d4e5f6");
  record.event_time = *from_rfc3339("2026-11-24T12:00:00.123456Z");
  record.gateway = "gw";
  record.client_name = "team-a";
  record.tags = {{"cost_centre", "4711"}, {"application", "chat"}};
  record.auth_method = "api_key";
  record.caller_proof = "verified";
  record.caller_ip_address = "10.1.2.3";
  record.caller_tenant_id = "tenant";
  record.caller_app_id = "app";
  record.caller_object_id = "object";
  record.caller_custom_id = "custom";
  record.end_user = "u";
  record.conversation_id = "conversation";
  record.operation_id = "ChatCompletions_Create";
  record.api_version = "2024-10-21";
  record.requested_model = "gpt-4o";
  record.backend = "east";
  record.backend_deployment = "dep";
  record.backend_region = "eastus2";
  record.backend_tier = "ptu";
  record.model = "gpt-4o-2024-11-20";
  record.stream = true;
  record.status_code = 200;
  record.outcome = Outcome::completed;
  record.error_code = "none";
  record.finish_reason = "stop";
  record.tokens = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14};
  record.service_tier = "priority";
  record.served_deployment = "other";
  record.spilled_over = true;
  record.audit_level = AuditLevel::redacted;
  record.requested_service_tier = "auto";
  record.sku = "GlobalStandard";
  record.audio_duration_ms = 1500;
  record.web_search_calls = 1;
  record.file_search_calls = 2;
  record.code_interpreter_calls = 3;
  record.longest_prompt_tokens = 4;
  record.cost_nano = 42;
  record.cost_currency = "USD";
  record.cost_components = {{"input", 10, "4.2", 1'000'000, "-12", 42}};
  record.price_id = "0123";
  record.cost_basis = CostBasis::partial;
  record.cost_reason = "no_price:output";
  record.images = 5;
  record.image_size = "1024x1024";
  record.image_quality = "hd";
  record.characters = 6;
  record.computer_use_calls = 7;
  record.provisional_cost_nano = 8;
  record.provisional_currency = "EUR";
  record.usage_basis = UsageBasis::reported;
  record.usage_reason = "why";
  record.duration_ms = 1234;
  record.time_to_first_byte_ms = 56;
  record.gateway_overhead_ms = 0.1234567;
  record.request_bytes = 1000;
  record.response_bytes = 2000;
  record.attempts = {{"west", "dep2", 429, 12, ""}, {"east", "dep", 0, 5, "timeout"}};
  record.backend_request_id = "apim";
  record.correlation_id = "correlation";
  EXPECT_EQ(
      to_json(record),
      R"({"TimeGenerated":"2026-11-24T12:00:00.123456Z",)"
      R"("RecordId":"01930f6e-5b1a-7c3d-8e4f-a1b2c3d4e5f6",)"
      R"("EventTime":"2026-11-24T12:00:00.123456Z","Gateway":"gw","ClientName":"team-a",)"
      R"("Tags":{"application":"chat","cost_centre":"4711"},"AuthMethod":"api_key",)"
      R"("CallerProof":"verified","CallerIpAddress":"10.1.2.3","CallerTenantId":"tenant",)"
      R"("CallerAppId":"app","CallerObjectId":"object","CallerCustomId":"custom","EndUser":"u",)"
      R"("ConversationId":"conversation","OperationId":"ChatCompletions_Create",)"
      R"("ApiVersion":"2024-10-21","RequestedModel":"gpt-4o","Backend":"east",)"
      R"("BackendDeployment":"dep","BackendRegion":"eastus2","BackendTier":"ptu",)"
      R"("Model":"gpt-4o-2024-11-20","Stream":true,"StatusCode":200,"Outcome":"completed",)"
      R"("ErrorCode":"none","FinishReason":"stop","PromptTokens":1,"CompletionTokens":2,)"
      R"("TotalTokens":3,"CachedPromptTokens":4,"ReasoningTokens":5,"PromptAudioTokens":6,)"
      R"("CompletionAudioTokens":7,"ImageTokens":8,"AcceptedPredictionTokens":9,)"
      R"("RejectedPredictionTokens":10,"UsageBasis":"reported","UsageReason":"why",)"
      R"("DurationMs":1234,"TimeToFirstByteMs":56,"GatewayOverheadMs":0.123,"RequestBytes":1000,)"
      R"("ResponseBytes":2000,"Attempts":[{"Backend":"west","Deployment":"dep2","Status":429,)"
      R"("DurationMs":12,"Error":"","Region":"","Tier":"","RetryAfterMs":null,"Sent":false},{"Backend":"east","Deployment":"dep","Status":0,)"
      R"("DurationMs":5,"Error":"timeout","Region":"","Tier":"","RetryAfterMs":null,"Sent":false}],"BackendRequestId":"apim",)"
      R"("CorrelationId":"correlation","ResponseId":"","CacheWriteTokens":11,"CompletionImageTokens":12,)"
      R"("ServiceTier":"priority","ServedDeployment":"other","SpilledOver":true,"AuditLevel":"redacted",)"
      R"("RequestedServiceTier":"auto","Sku":"GlobalStandard","CachedAudioTokens":13,)"
      R"("CachedImageTokens":14,"AudioDurationMs":1500,"WebSearchCalls":1,"FileSearchCalls":2,)"
      R"("CodeInterpreterCalls":3,"LongestPromptTokens":4,"CostNano":42,"CostCurrency":"USD",)"
      R"("CostComponents":[{"Class":"input","Quantity":10,"Price":"4.2","Per":1000000,)"
      R"("Percent":"-12","CostNano":42}],"PriceId":"0123","CostBasis":"partial",)"
      R"("CostReason":"no_price:output","Images":5,"ImageSize":"1024x1024","ImageQuality":"hd",)"
      R"("Characters":6,"ComputerUseCalls":7,"ProvisionalCostNano":8,"ProvisionalCurrency":"EUR"})");
}

// Promise 4: never a silent zero.
TEST(RecordJson, WritesUnknownNumbersAsNull) {
  UsageRecord record;
  record.tokens.completion = 0;
  const ordered_json object = parsed(record);
  for (const char* const name :
       {"PromptTokens", "TotalTokens", "CachedPromptTokens", "ReasoningTokens", "PromptAudioTokens",
        "CompletionAudioTokens", "ImageTokens", "AcceptedPredictionTokens",
        "RejectedPredictionTokens", "TimeToFirstByteMs", "GatewayOverheadMs", "CostNano"}) {
    EXPECT_TRUE(object[name].is_null()) << name;
  }
  EXPECT_EQ(object["CompletionTokens"], 0);
  EXPECT_EQ(object["UsageBasis"], "none");
  EXPECT_EQ(object["AuditLevel"], "off");
  EXPECT_EQ(object["CostBasis"], "unpriced");
  EXPECT_EQ(object["CostComponents"], ordered_json::array());
  EXPECT_EQ(object["Tags"], ordered_json::object());
  EXPECT_EQ(object["Attempts"], ordered_json::array());
  record.gateway_overhead_ms = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(parsed(record)["GatewayOverheadMs"].is_null());
}

// J3, P8
TEST(RecordJson, IsValidWhateverATextHolds) {
  UsageRecord record;
  record.end_user = "a\"b\\c\n\x01\x7F\xFF\xC3\xBC${jndi:}\xED\xA0\x80";
  record.tags = {{"k\"\n", "v\\\xFF"}};
  record.attempts = {{"b\"", "d\\", 0, 0, "e\n"}};
  const ordered_json object = parsed(record);
  EXPECT_EQ(object["EndUser"],
            "a\"b\\c   \xEF\xBF\xBD\xC3\xBC${jndi:}\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(object["Tags"]["k\" "], "v\\\xEF\xBF\xBD");
  EXPECT_EQ(object["Attempts"][0]["Backend"], "b\"");
  EXPECT_EQ(object["Attempts"][0]["Error"], "e ");
}

// azure-protocol.md 6.2: the service would cut it without a word.
TEST(RecordJson, CutsWhatNoColumnHolds) {
  UsageRecord record;
  record.end_user = std::string(100'000, 'x');
  record.model = std::string(32 * 1024 - 1, 'x') + "\xC3\xBC";
  const ordered_json object = parsed(record);
  EXPECT_EQ(object["EndUser"].get<std::string>().size(), 32U * 1024);
  EXPECT_EQ(object["Model"].get<std::string>().size(), 32U * 1024 - 1) << "no half a letter";
}

}  // namespace
}  // namespace tollgate::usage
