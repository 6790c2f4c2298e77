// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <sstream>
#include <string>

#include "tollgate/telemetry/metrics.hpp"

namespace tollgate::telemetry {
namespace {

using Labels = std::map<std::string, std::string>;

/// A strict reader of the Prometheus text format: every sample by name and labels. Whatever breaks
/// the format fails the test.
class Scrape {
 public:
  explicit Scrape(const std::string& text) {
    EXPECT_EQ(text.back(), '\n');
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      if (line.rfind("# TYPE ", 0) == 0) {
        const std::size_t blank = line.find(' ', 7);
        EXPECT_TRUE(types.emplace(line.substr(7, blank - 7), line.substr(blank + 1)).second)
            << line;
      } else if (line.rfind("# HELP ", 0) != 0) {
        read_sample(line);
        if (testing::Test::HasFatalFailure()) return;
      }
    }
  }

  double value(const std::string& name, const Labels& labels = {}) const {
    const auto found = samples.find({name, labels});
    EXPECT_NE(found, samples.end()) << name;
    return found == samples.end() ? -1 : found->second;
  }

  std::map<std::string, std::string> types;
  std::map<std::pair<std::string, Labels>, double> samples;

 private:
  static std::size_t name_end(const std::string& line, std::size_t at) {
    return line.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789",
                                  at);
  }

  void read_sample(const std::string& line) {
    std::size_t at = name_end(line, 0);
    const std::string name = line.substr(0, at);
    Labels labels;
    while (line[at] == '{' || line[at] == ',') {
      const std::size_t end = name_end(line, at + 1);
      const std::string label = line.substr(at + 1, end - at - 1);
      ASSERT_EQ(line.substr(end, 2), "=\"") << line;
      at = end + 2;
      std::string text;
      for (; line.at(at) != '"'; ++at) {
        if (line[at] == '\\') ++at;
        text.push_back(line[at] == 'n' && line[at - 1] == '\\' ? '\n' : line[at]);
      }
      EXPECT_TRUE(labels.emplace(label, text).second) << line;
      ++at;
    }
    if (line[at] == '}') ++at;
    ASSERT_EQ(line[at], ' ') << line;
    std::size_t used = 0;
    const double number = std::stod(line.substr(at + 1), &used);
    EXPECT_EQ(at + 1 + used, line.size()) << line;
    ASSERT_TRUE(samples.emplace(std::pair(name, labels), number).second) << "twice: " << line;
    ASSERT_TRUE(types.count(family_of(name)) == 1 || types.count(name) == 1) << "no type: " << line;
  }

  static std::string family_of(const std::string& name) { return name.substr(0, name.rfind('_')); }
};

/// Stands for the table of operations.
std::string_view word_for(std::string_view operation) {
  return operation == "Files_List" ? operation : "chat";
}

OperationSample sample() {
  OperationSample out;
  out.client = "retail";
  out.operation = "ChatCompletions_Create";
  out.requested_model = "gpt-4o";
  out.served_model = "gpt-4o-2024-11-20";
  out.outcome = "completed";
  out.status = 200;
  out.prompt_tokens = 100;
  out.completion_tokens = 5;
  out.duration_s = 0.5;
  return out;
}

Labels genai(const std::string& name = "chat",
             const std::string& operation = "ChatCompletions_Create") {
  return {{"gen_ai_operation_name", name},    {"gen_ai_provider_name", "azure.ai.openai"},
          {"gen_ai_request_model", "gpt-4o"}, {"gen_ai_response_model", "gpt-4o-2024-11-20"},
          {"tollgate_client", "retail"},      {"tollgate_operation", operation}};
}

Labels with(Labels labels, const std::string& name, const std::string& value) {
  labels[name] = value;
  return labels;
}

TEST(Exposition, IsPrometheusTextWithoutAnyTraffic) {
  const Scrape scrape(Metrics(2, word_for).render({}));
  EXPECT_EQ(scrape.types.at("tollgate_connections_open"), "gauge");
  EXPECT_EQ(scrape.types.at("tollgate_ledger_failures_total"), "counter");
  EXPECT_EQ(scrape.value("tollgate_connections_open"), 0);
}

TEST(Exposition, CountsOperationsWithoutAPrice) {
  Metrics metrics(2, word_for);
  metrics.worker(0).count_unpriced("gpt-9");
  metrics.worker(1).count_unpriced("gpt-9");
  metrics.worker(0).count_missing_price("audio_output", "gpt-9");
  metrics.worker(1).count_missing_price("audio_output", "gpt-9");
  metrics.worker(1).count_missing_price("images", "gpt-9");
  const Scrape scrape(metrics.render({}));
  EXPECT_EQ(scrape.types.at("tollgate_unpriced_operations_total"), "counter");
  EXPECT_EQ(scrape.value("tollgate_unpriced_operations_total", {{"model", "gpt-9"}}), 2);
  EXPECT_EQ(scrape.value("tollgate_missing_prices_total",
                         {{"class", "audio_output"}, {"model", "gpt-9"}}),
            2);
}

TEST(Exposition, NamesOnlySoManyModelsWithoutAPrice) {
  Metrics metrics(1, word_for);
  for (std::size_t i = 0; i < WorkerMetrics::kMostModelPairs + 3; ++i)
    metrics.worker(0).count_unpriced("model-" + std::to_string(i));
  const Scrape scrape(metrics.render({}));
  EXPECT_EQ(scrape.value("tollgate_unpriced_operations_total", {{"model", "other"}}), 3);
}

TEST(Exposition, NamesTokensAsOpenTelemetryDoes) {
  Metrics metrics(2, word_for);
  metrics.worker(0).record(sample());
  metrics.worker(1).record(sample());
  const Scrape scrape(metrics.render({}));
  EXPECT_EQ(scrape.types.at("gen_ai_client_token_usage"), "histogram");
  const Labels input = with(genai(), "gen_ai_token_type", "input");
  EXPECT_EQ(scrape.value("gen_ai_client_token_usage_count", input), 2);
  EXPECT_EQ(scrape.value("gen_ai_client_token_usage_sum", input), 200);
  EXPECT_EQ(scrape.value("gen_ai_client_token_usage_bucket", with(input, "le", "64")), 0);
  EXPECT_EQ(scrape.value("gen_ai_client_token_usage_bucket", with(input, "le", "256")), 2);
  EXPECT_EQ(scrape.value("gen_ai_client_token_usage_bucket", with(input, "le", "67108864")), 2);
  EXPECT_EQ(scrape.value("gen_ai_client_token_usage_bucket", with(input, "le", "+Inf")), 2);
  const Labels output = with(genai(), "gen_ai_token_type", "output");
  EXPECT_EQ(scrape.value("gen_ai_client_token_usage_sum", output), 10);
}

TEST(Exposition, NamesDurationsInSeconds) {
  Metrics metrics(1, word_for);
  metrics.worker(0).record(sample());
  const Scrape scrape(metrics.render({}));
  EXPECT_EQ(scrape.types.at("gen_ai_server_request_duration_seconds"), "histogram");
  EXPECT_EQ(
      scrape.value("gen_ai_server_request_duration_seconds_bucket", with(genai(), "le", "0.32")),
      0);
  EXPECT_EQ(
      scrape.value("gen_ai_server_request_duration_seconds_bucket", with(genai(), "le", "0.64")),
      1);
  EXPECT_EQ(
      scrape.value("gen_ai_server_request_duration_seconds_bucket", with(genai(), "le", "81.92")),
      1);
  EXPECT_EQ(scrape.value("gen_ai_server_request_duration_seconds_sum", genai()), 0.5);
}

TEST(Exposition, NamesErrorsByClientAndModel) {
  Metrics metrics(2, word_for);
  metrics.worker(0).record(sample());
  OperationSample failed = sample();
  failed.status = 400;
  failed.error_code = "content_filter";
  for (unsigned worker : {0U, 0U, 1U}) metrics.worker(worker).record(failed);
  failed.status = 500;
  failed.error_code = "whatever a backend may say";
  metrics.worker(1).record(failed);
  const Scrape scrape(metrics.render({}));
  const char* const count = "gen_ai_server_request_duration_seconds_count";
  EXPECT_EQ(scrape.value(count, genai()), 1) << "what ended without an error has no such label";
  EXPECT_EQ(scrape.value(count, with(genai(), "error_type", "content_filter")), 3);
  EXPECT_EQ(scrape.value(count, with(genai(), "error_type", "500")), 1);
}

TEST(Exposition, UsesOpenTelemetrysWordsAndKeepsOperationsApart) {
  const std::pair<const char*, const char*> words[] = {{"ChatCompletions_Create", "chat"},
                                                       {"Responses_Create", "chat"},
                                                       {"Files_List", "Files_List"}};
  Metrics metrics(1, word_for);
  for (const auto& [operation, word] : words) {
    OperationSample one = sample();
    one.operation = operation;
    metrics.worker(0).record(one);
  }
  const Scrape scrape(metrics.render({}));
  for (const auto& [operation, word] : words) {
    EXPECT_EQ(scrape.value("gen_ai_server_request_duration_seconds_count", genai(word, operation)),
              1)
        << operation;
  }
}

Labels of_model(const Labels& more = {}) {
  Labels out{{"client", "retail"},
             {"model", "gpt-4o-2024-11-20"},
             {"operation", "ChatCompletions_Create"},
             {"requested_model", "gpt-4o"}};
  out.insert(more.begin(), more.end());
  return out;
}

// 5 tokens in half a second, the first after a tenth: four times a tenth behind it.
TEST(Exposition, TellsHowModelsPerform) {
  OperationSample stream = sample();
  stream.stream = true;
  stream.first_byte_s = 0.1;
  stream.finish_reason = "stop";
  stream.throttled = 2;
  stream.other_targets = 1;
  OperationSample stopped = sample();
  stopped.first_byte_s = 0.4;
  stopped.finish_reason = "content_filter";
  stopped.filtered = true;
  OperationSample odd = sample();
  odd.finish_reason = "anything a backend says";
  Metrics metrics(2, word_for);
  metrics.worker(0).record(stream);
  metrics.worker(1).record(stopped);
  metrics.worker(1).record(odd);
  const Scrape scrape(metrics.render({}));
  EXPECT_EQ(scrape.value("gen_ai_server_time_to_first_token_seconds_count", genai()), 1);
  EXPECT_EQ(scrape.value("gen_ai_server_time_to_first_token_seconds_sum", genai()), 0.1);
  EXPECT_EQ(scrape.value("gen_ai_server_time_per_output_token_seconds_count", genai()), 1);
  EXPECT_DOUBLE_EQ(scrape.value("gen_ai_server_time_per_output_token_seconds_sum", genai()), 0.1);
  for (const char* const reason : {"stop", "content_filter", "other"}) {
    EXPECT_EQ(scrape.value("tollgate_finish_reasons_total", of_model({{"reason", reason}})), 1);
  }
  EXPECT_EQ(scrape.value("tollgate_content_filter_hits_total", of_model()), 1);
  EXPECT_EQ(scrape.value("tollgate_throttled_attempts_total", of_model()), 2);
  EXPECT_EQ(scrape.value("tollgate_other_target_attempts_total", of_model()), 1);
}

TEST(Exposition, TellsOfNoPerformanceThatWasNotSeen) {
  Metrics metrics(1, word_for);
  metrics.worker(0).record(sample());
  const std::string text = metrics.render({});
  EXPECT_EQ(text.find("time_per_output_token"), text.npos);
  EXPECT_EQ(text.find("tollgate_finish_reasons_total"), text.npos);
}

TEST(Exposition, TellsOfTheAuditTrailWhereThereIsOne) {
  const Metrics metrics(1, word_for);
  EXPECT_EQ(metrics.render({}).find("tollgate_audit_"), std::string::npos);
  AuditGauges audit;
  audit.exchanges = 7;
  audit.lost = 1;
  audit.exporters.emplace_back();
  audit.exporters.back().exporter = "files";
  audit.exporters.back().backlog = 3;
  const Scrape scrape(metrics.render({}, {}, {}, audit));
  EXPECT_EQ(scrape.value("tollgate_audit_exchanges_total"), 7);
  EXPECT_EQ(scrape.value("tollgate_audit_lost_total"), 1);
  EXPECT_EQ(scrape.value("tollgate_audit_backlog_rows", {{"exporter", "files"}}), 3);
}

TEST(Exposition, EscapesLabels) {
  Metrics metrics(1, word_for);
  OperationSample odd = sample();
  odd.client = "re\"tail\\\n} evil 1";
  metrics.worker(0).record(odd);
  const Scrape scrape(metrics.render({}));
  EXPECT_EQ(scrape.value("tollgate_requests_total", {{"client", "re\"tail\\\n} evil 1"},
                                                     {"operation", "ChatCompletions_Create"},
                                                     {"status", "200"},
                                                     {"outcome", "completed"}}),
            1);
  EXPECT_EQ(scrape.types.count("evil"), 0U);
}

TEST(Exposition, TellsHowTheLedgerFares) {
  LedgerGauges gauges;
  gauges.records = 7;
  gauges.failures = 2;
  gauges.age_seconds = 1.5;
  const Scrape scrape(Metrics(1, word_for).render(gauges));
  EXPECT_EQ(scrape.value("tollgate_ledger_records"), 7);
  EXPECT_EQ(scrape.value("tollgate_ledger_ingest_failures_total"), 2);
  EXPECT_EQ(scrape.value("tollgate_ledger_stats_age_seconds"), 1.5);
  EXPECT_EQ(scrape.types.count("tollgate_exporter_alarm"), 0U) << "there is none";
}

TEST(Exposition, TellsHowEachExporterFares) {
  LedgerGauges gauges;
  gauges.exporters = {{"one", 7, 12.5, 2, 4, 9, 3, 1, true}, {"two"}};
  const Scrape scrape(Metrics(1, word_for).render(gauges));
  const Labels one{{"exporter", "one"}};
  EXPECT_EQ(scrape.value("tollgate_exporter_backlog_records", one), 7);
  EXPECT_EQ(scrape.value("tollgate_exporter_oldest_seconds", one), 12.5);
  EXPECT_EQ(scrape.value("tollgate_exporter_quarantined_records", one), 2);
  EXPECT_EQ(scrape.value("tollgate_exporter_given_up_records_total", one), 4);
  EXPECT_EQ(scrape.value("tollgate_exporter_delivered_records_total", one), 9);
  EXPECT_EQ(scrape.value("tollgate_exporter_failures_total", one), 3);
  EXPECT_EQ(scrape.value("tollgate_exporter_consecutive_failures", one), 1);
  EXPECT_EQ(scrape.value("tollgate_exporter_alarm", one), 1);
  EXPECT_EQ(scrape.value("tollgate_exporter_alarm", {{"exporter", "two"}}), 0);
}

TEST(Exposition, TellsHowTargetsFare) {
  RoutingGauges gauges;
  gauges.targets.push_back({"east", "gpt-4o", "resting", 3, 100, 7, 2, 4, 1});
  gauges.targets.push_back({"west", "", "serving"});
  gauges.retries = 9;
  gauges.retries_refused = 5;
  const Scrape scrape(Metrics(1, word_for).render({}, gauges));
  const Labels east{{"backend", "east"}, {"deployment", "gpt-4o"}};
  EXPECT_EQ(scrape.value("tollgate_target_attempts_total", east), 100);
  EXPECT_EQ(scrape.value("tollgate_target_pending", east), 3);
  const Labels throttled = with(east, "cause", "throttled");
  const Labels failing = with(east, "cause", "failing");
  EXPECT_EQ(scrape.value("tollgate_target_failures_total", throttled), 7);
  EXPECT_EQ(scrape.value("tollgate_target_failures_total", failing), 2);
  EXPECT_EQ(scrape.value("tollgate_target_rests_total", throttled), 4);
  EXPECT_EQ(scrape.value("tollgate_target_rests_total", failing), 1);
  EXPECT_EQ(scrape.value("tollgate_target_state", with(east, "state", "resting")), 1);
  EXPECT_EQ(scrape.value("tollgate_target_state", with(east, "state", "serving")), 0);
  const Labels west{{"backend", "west"}, {"deployment", ""}};
  EXPECT_EQ(scrape.value("tollgate_target_state", with(west, "state", "serving")), 1);
  EXPECT_EQ(scrape.value("tollgate_retries_total"), 9);
  EXPECT_EQ(scrape.value("tollgate_retries_refused_total"), 5);
}

}  // namespace
}  // namespace tollgate::telemetry
