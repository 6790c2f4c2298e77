// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/reconciliation/azure_metrics.hpp"

#include <gtest/gtest.h>

#include <span>

#include "reconciled.hpp"

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
  const auto read = read_metrics(json, east());
  return read ? "none" : read.error().message;
}

TEST(AzureMetrics, AreReadOutOfTheAnswersOfTheApi) {
  const std::string one = answer("GeneratedTokens", "modeldeploymentname", "57.0");
  for (const std::string& text : {one, "[" + one + "]"}) {
    const auto rows = read_metrics(text, east());
    ASSERT_TRUE(rows) << rows.error().message;
    ASSERT_EQ(rows->rows.size(), 1U) << "an hour without data is none";
    EXPECT_EQ(rows->rows.front().day, "2026-11-29");
    EXPECT_EQ(rows->rows.front().resource, "east");
    EXPECT_EQ(rows->rows.front().deployment, "chat");
    EXPECT_EQ(rows->rows.front().metric, Metric::generated_tokens);
    EXPECT_EQ(rows->rows.front().total, 57);
  }
}

TEST(AzureMetrics, OfOtherNamesArePassedOver) {
  const auto rows = read_metrics(answer("Latency", "ModelDeploymentName", "57.5"), east());
  ASSERT_TRUE(rows);
  EXPECT_TRUE(rows->rows.empty());
}

// The whole file was refused for one such series, which Azure gives although it was asked rightly.
TEST(AzureMetrics, OfNoDeploymentAreLeftOutWithWhatTheyCount) {
  std::string none = answer("GeneratedTokens", "ModelDeploymentName", "57");
  none.replace(none.find("\"chat\""), 6, "\"\"");
  const std::string split = answer("GeneratedTokens", "ModelDeploymentName", "3");
  const auto read = read_metrics("[" + none + "," + split + "," + none + "]", east());
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_EQ(read->rows.size(), 1U);
  EXPECT_EQ(read->rows.front().total, 3);
  ASSERT_EQ(read->left_out.size(), 2U);
  EXPECT_EQ(read->left_out.front().day, "2026-11-29");
  EXPECT_EQ(notes_of(read->left_out),
            std::vector<std::string>{"2 rows that name no deployment (east), 114 GeneratedTokens: "
                                     "left out; nothing stands beside them"});
  EXPECT_EQ(notes_of(std::span(read->left_out).first(1)).at(0).find("1 row that names no"), 0U);
  none.replace(none.find("57"), 2, "-1");
  const auto unreadable = read_metrics(none, east());
  ASSERT_TRUE(unreadable);
  EXPECT_NE(notes_of(unreadable->left_out).at(0).find(", the count of 1 of them cannot be read: "),
            std::string::npos);
}

TEST(AzureMetrics, SayWhatIsWrong) {
  EXPECT_EQ(metrics_fault("{"), "it is no JSON: --cost-export takes a cost export (CSV)");
  EXPECT_EQ(metrics_fault(std::string(100'000, '[') + std::string(100'000, ']')),
            "it is no answer of the metrics API: it is nested too deeply");
  EXPECT_EQ(metrics_fault("{}"), "it is no answer of the metrics API: it has no value");
  EXPECT_EQ(metrics_fault(answer("GeneratedTokens", "Region", "1")),
            "the series of GeneratedTokens are not split by deployments: ask with "
            "$filter=ModelDeploymentName eq '*'");
  for (const char* const total : {"57.5", "-1", "\"57\"", "1e300"})
    EXPECT_TRUE(metrics_fault(answer("GeneratedTokens", "ModelDeploymentName", total))
                    .starts_with("a total of GeneratedTokens is no whole number"))
        << total;
}

/// The day of an hour that began then.
std::string day_of_hour(const std::string& stamp) {
  std::string text = answer("GeneratedTokens", "ModelDeploymentName", "57");
  const std::string usual = "2026-11-29T10:00:00Z";
  text.replace(text.find(usual), usual.size(), stamp);
  const auto read = read_metrics(text, east());
  return read ? read->rows.front().day : read.error().message;
}

TEST(AzureMetrics, AreOfTheDayOfUtcWhateverTheirOffset) {
  EXPECT_EQ(day_of_hour("2026-11-29T10:00:00+00:00"), "2026-11-29");
  EXPECT_EQ(day_of_hour("2026-11-29T04:59:00+05:00"), "2026-11-28");
  EXPECT_EQ(day_of_hour("2026-11-29T18:30:00.000-05:30"), "2026-11-30");
  EXPECT_EQ(day_of_hour("2026-11-29T10:00:00"),
            "the timeStamp 2026-11-29T10:00:00 is no time with an offset");
  EXPECT_EQ(day_of_hour("2026-11-29T10:00:00+5"),
            "the timeStamp 2026-11-29T10:00:00+5 is no time with an offset");
}

TEST(AzureMetrics, OfOtherResourcesSpoilNothing) {
  std::string other = answer("GeneratedTokens", "Region", "57.5");
  other.replace(other.find("accounts/east"), 13, "accounts/vm01");
  const auto read = read_metrics(
      "[" + other + "," + answer("GeneratedTokens", "ModelDeploymentName", "57") + "]", east());
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->rows.size(), 1U);
  EXPECT_EQ(notes_of(read->left_out)[0],
            "1 row of a resource that no backend stands for (vm01): left out; "
            "backends.*.resource_id names a backend's");
}

}  // namespace
}  // namespace tollgate::reconciliation
