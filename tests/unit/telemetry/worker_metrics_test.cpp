// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>

#include "tollgate/telemetry/metrics.hpp"

namespace tollgate::telemetry {
namespace {

OperationSample sample() {
  OperationSample out;
  out.client = "retail";
  out.operation = "ChatCompletions_Create";
  out.requested_model = "gpt-4o";
  out.served_model = "gpt-4o-2024-11-20";
  out.outcome = "completed";
  out.status = 200;
  return out;
}

const SeriesKey kKey{"retail", "ChatCompletions_Create", "gpt-4o", "gpt-4o-2024-11-20"};

Counters total(const WorkerMetrics& worker) {
  Counters out;
  worker.add_to(out);
  return out;
}

TEST(WorkerMetrics, AnUnknownCountIsNotZero) {
  WorkerMetrics worker;
  worker.record(sample());
  OperationSample known = sample();
  known.prompt_tokens = 0;
  known.completion_tokens = 12;
  known.cached_tokens = 5;
  known.reasoning_tokens = 7;
  known.first_byte_s = 0.25;
  worker.record(known);
  const Counters counters = total(worker);
  ASSERT_EQ(counters.series.size(), 1U);
  const OperationSeries& series = counters.series.at(kKey);
  EXPECT_EQ(series.input_tokens.count(), 1U);
  EXPECT_EQ(series.output_tokens.count(), 1U);
  EXPECT_DOUBLE_EQ(series.output_tokens.sum(), 12);
  EXPECT_EQ(series.duration.count(), 2U);
  EXPECT_EQ(series.first_byte.count(), 1U);
  EXPECT_EQ(series.overhead.count(), 0U);
  EXPECT_EQ(series.prompt, 0U);
  EXPECT_EQ(series.completion, 12U);
  EXPECT_EQ(series.cached, 5U);
  EXPECT_EQ(series.reasoning, 7U);
  EXPECT_EQ(counters.requests.at({"retail", "ChatCompletions_Create", 200, "completed"}), 2U);
}

TEST(WorkerMetrics, ModelsNobodyConfiguredStayBounded) {
  WorkerMetrics worker;
  worker.record(sample());
  std::mt19937 random(4711);
  const auto any = [&] { return "model-" + std::to_string(random()); };
  for (int i = 0; i < 10'000; ++i) {
    OperationSample odd = sample();
    const std::string requested = any();
    const std::string served = any();
    odd.requested_model = requested;
    odd.served_model = served;
    odd.prompt_tokens = 1;
    worker.record(odd);
  }
  worker.record(sample());  // what was known before still counts for itself
  const Counters counters = total(worker);
  EXPECT_EQ(counters.series.size(), WorkerMetrics::kMostModelPairs + 1);
  const SeriesKey other{"retail", "ChatCompletions_Create", "other", "other"};
  EXPECT_EQ(counters.series.at(other).prompt, 10'000 - (WorkerMetrics::kMostModelPairs - 1));
  EXPECT_EQ(counters.series.at(kKey).duration.count(), 2U);
}

TEST(WorkerMetrics, ManyClientsDoNotUseUpTheModels) {
  WorkerMetrics worker;
  for (int i = 0; i < 500; ++i) {
    OperationSample one = sample();
    const std::string client = "client-" + std::to_string(i);
    one.client = client;
    worker.record(one);
  }
  const Counters counters = total(worker);
  EXPECT_EQ(counters.series.size(), 500U);
  EXPECT_EQ(counters.series.count(
                {"client-499", "ChatCompletions_Create", "gpt-4o", "gpt-4o-2024-11-20"}),
            1U);
}

TEST(WorkerMetrics, SumsOverWorkers) {
  WorkerMetrics one;
  WorkerMetrics two;
  for (WorkerMetrics* worker : {&one, &two}) {
    worker->record(sample());
    worker->count_refusal(401);
    worker->count_head_refusal(400);
    worker->count_connection_refused();
    worker->count_ledger_failure();
    worker->connection_opened();
    worker->connection_opened();
    worker->connection_closed();
    worker->set_upstream(10, 20, 3, 4);
  }
  Counters sum = total(one);
  two.add_to(sum);
  EXPECT_EQ(sum.series.at(kKey).duration.count(), 2U);
  EXPECT_EQ(sum.refusals.at(401), 2U);
  EXPECT_EQ(sum.head_refusals.at(400), 2U);
  EXPECT_EQ(sum.connections_refused, 2U);
  EXPECT_EQ(sum.ledger_failures, 2U);
  EXPECT_EQ(sum.open_connections, 2);
  EXPECT_EQ(sum.upstream_created, 20U);
  EXPECT_EQ(sum.upstream_reused, 40U);
  EXPECT_EQ(sum.upstream_resumed, 6U);
  EXPECT_EQ(sum.upstream_open, 8U);
}

}  // namespace
}  // namespace tollgate::telemetry
