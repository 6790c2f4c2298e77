// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/reconciliation/azure_metrics.hpp"

#include <gtest/gtest.h>

namespace tollgate::reconciliation {
namespace {

/// An answer with one series of the metric.
std::string answer(const std::string& metric, const std::string& dimension,
                   const std::string& total) {
  return R"({"interval":"PT1H","value":[{"id":"/subscriptions/s/accounts/east/providers/)"
         R"(Microsoft.Insights/metrics/)" +
         metric + R"(","name":{"value":")" + metric +
         R"(","localizedValue":"x"},"timeseries":[{"metadatavalues":[{"name":{"value":")" +
         dimension + R"("},"value":"chat"}],"data":[{"timeStamp":"2026-11-29T10:00:00Z","total":)" +
         total + R"(},{"timeStamp":"2026-11-30T00:00:00Z"}]}]}]})";
}

std::string metrics_fault(const std::string& json) {
  const auto read = read_metrics(json);
  return read ? "none" : read.error().message;
}

TEST(AzureMetrics, AreReadOutOfTheAnswersOfTheApi) {
  const std::string one = answer("GeneratedTokens", "modeldeploymentname", "57.0");
  for (const std::string& text : {one, "[" + one + "]"}) {
    const auto rows = read_metrics(text);
    ASSERT_TRUE(rows) << rows.error().message;
    ASSERT_EQ(rows->size(), 1U) << "an hour without data is none";
    EXPECT_EQ(rows->front().day, "2026-11-29");
    EXPECT_EQ(rows->front().resource_id, "/subscriptions/s/accounts/east");
    EXPECT_EQ(rows->front().deployment, "chat");
    EXPECT_EQ(rows->front().metric, Metric::generated_tokens);
    EXPECT_EQ(rows->front().total, 57);
  }
}

TEST(AzureMetrics, OfOtherNamesArePassedOver) {
  const auto rows = read_metrics(answer("Latency", "ModelDeploymentName", "57.5"));
  ASSERT_TRUE(rows);
  EXPECT_TRUE(rows->empty());
}

TEST(AzureMetrics, SayWhatIsWrong) {
  EXPECT_EQ(metrics_fault("{"), "it is no JSON: --cost-export takes a cost export (CSV)");
  EXPECT_EQ(metrics_fault("{}"), "it is no answer of the metrics API: it has no value");
  EXPECT_EQ(metrics_fault(answer("GeneratedTokens", "Region", "1")),
            "a series of GeneratedTokens has no ModelDeploymentName: ask with "
            "$filter=ModelDeploymentName eq '*'");
  for (const char* const total : {"57.5", "-1", "\"57\"", "1e300"})
    EXPECT_TRUE(metrics_fault(answer("GeneratedTokens", "ModelDeploymentName", total))
                    .starts_with("a total of GeneratedTokens is no whole number"))
        << total;
}

}  // namespace
}  // namespace tollgate::reconciliation
