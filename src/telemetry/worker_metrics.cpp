// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <iterator>

#include "tollgate/telemetry/error_type.hpp"
#include "tollgate/telemetry/metrics.hpp"

namespace tollgate::telemetry {
namespace {

// azure-protocol.md 7.1
constexpr std::array kTokenBuckets{1.0,       4.0,       16.0,       64.0,      256.0,
                                   1024.0,    4096.0,    16384.0,    65536.0,   262144.0,
                                   1048576.0, 4194304.0, 16777216.0, 67108864.0};
constexpr std::array kDurationBuckets{0.01, 0.02, 0.04, 0.08,  0.16,  0.32,  0.64,
                                      1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92};
constexpr std::array kFirstByteBuckets{0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1,
                                       0.25,  0.5,   0.75, 1.0,  2.5,  5.0,  7.5,  10.0};
constexpr std::array kPerTokenBuckets{0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2,
                                      0.3,  0.4,   0.5,  0.75,  1.0, 2.5};
/// The gateway's own time is thousandths of the backend's.
constexpr std::array kOverheadBuckets{0.00005, 0.0001, 0.0002, 0.0005, 0.001, 0.002,
                                      0.005,   0.01,   0.05,   0.1,    0.5,   1.0};

constexpr std::array kStoreBuckets{0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005,
                                   0.01,   0.02,   0.05,   0.1,   0.5,   2.0};

std::uint64_t number_or_zero(const std::optional<std::int64_t>& value) {
  return value && *value > 0 ? static_cast<std::uint64_t>(*value) : 0;
}

constexpr int kOk = 200;

std::size_t place_of(std::string_view finish_reason) {
  const auto last = std::prev(kFinishReasons.end());
  return static_cast<std::size_t>(std::find(kFinishReasons.begin(), last, finish_reason) -
                                  kFinishReasons.begin());
}

void add(OperationSeries& sum, const OperationSeries& series) {
  sum.input_tokens.add(series.input_tokens);
  sum.output_tokens.add(series.output_tokens);
  sum.duration.add(series.duration);
  for (const auto& [type, durations] : series.failed)
    sum.failed.try_emplace(type, kDurationBuckets).first->second.add(durations);
  sum.first_byte.add(series.first_byte);
  sum.overhead.add(series.overhead);
  sum.first_token.add(series.first_token);
  sum.per_output_token.add(series.per_output_token);
  for (std::size_t i = 0; i < kFinishReasons.size(); ++i)
    sum.finish_reasons[i] += series.finish_reasons[i];
  sum.filtered += series.filtered;
  sum.throttled += series.throttled;
  sum.other_targets += series.other_targets;
  sum.prompt += series.prompt;
  sum.completion += series.completion;
  sum.cached += series.cached;
  sum.reasoning += series.reasoning;
}

}  // namespace

OperationSeries::OperationSeries()
    : input_tokens(kTokenBuckets),
      output_tokens(kTokenBuckets),
      duration(kDurationBuckets),
      first_byte(kFirstByteBuckets),
      overhead(kOverheadBuckets),
      first_token(kFirstByteBuckets),
      per_output_token(kPerTokenBuckets) {}

StoreSeries::StoreSeries() : duration(kStoreBuckets) {}

OperationSeries& WorkerMetrics::series_of(const OperationSample& sample) {
  SeriesKey key(sample.client, sample.operation, sample.requested_model, sample.served_model);
  if (const auto found = counters_.series.find(key); found != counters_.series.end())
    return found->second;
  std::pair<std::string, std::string> models(sample.requested_model, sample.served_model);
  if (model_pairs_.count(models) == 0 && model_pairs_.size() >= kMostModelPairs) {
    key = SeriesKey(sample.client, sample.operation, "other", "other");
  } else {
    model_pairs_.insert(std::move(models));
  }
  return counters_.series[std::move(key)];
}

void WorkerMetrics::add_tokens(const OperationSample& sample) {
  const std::lock_guard lock(mutex_);
  add_tokens_to(series_of(sample), sample);
}

void WorkerMetrics::add_tokens_to(OperationSeries& series, const OperationSample& sample) {
  series.prompt += number_or_zero(sample.prompt_tokens);
  series.completion += number_or_zero(sample.completion_tokens);
  series.cached += number_or_zero(sample.cached_tokens);
  series.reasoning += number_or_zero(sample.reasoning_tokens);
  // An unknown count is not observed: it is not zero.
  if (sample.prompt_tokens) series.input_tokens.observe(static_cast<double>(*sample.prompt_tokens));
  if (sample.completion_tokens) {
    series.output_tokens.observe(static_cast<double>(*sample.completion_tokens));
  }
}

void WorkerMetrics::add_performance_to(OperationSeries& series, const OperationSample& sample) {
  series.filtered += sample.filtered ? 1 : 0;
  series.throttled += sample.throttled;
  series.other_targets += sample.other_targets;
  if (!sample.finish_reason.empty()) ++series.finish_reasons[place_of(sample.finish_reason)];
  // A stream's first byte is its first event; an answer in one piece tells nothing of its tokens.
  if (!sample.stream || sample.status != kOk || !sample.first_byte_s) return;
  series.first_token.observe(*sample.first_byte_s);
  const std::int64_t tokens = sample.completion_tokens.value_or(0);
  if (tokens < 2) return;
  series.per_output_token.observe((sample.duration_s - *sample.first_byte_s) /
                                  static_cast<double>(tokens - 1));
}

void WorkerMetrics::record(const OperationSample& sample) {
  const std::lock_guard lock(mutex_);
  ++counters_.requests[{std::string(sample.client), std::string(sample.operation), sample.status,
                        std::string(sample.outcome)}];
  OperationSeries& series = series_of(sample);
  add_tokens_to(series, sample);
  const auto error = error_type_of(sample.error_code, sample.status, sample.outcome);
  Histogram& durations =
      error ? series.failed.try_emplace(*error, kDurationBuckets).first->second : series.duration;
  durations.observe(sample.duration_s);
  if (sample.first_byte_s) series.first_byte.observe(*sample.first_byte_s);
  if (sample.overhead_s) series.overhead.observe(*sample.overhead_s);
  add_performance_to(series, sample);
}

void WorkerMetrics::count_refusal(int status) {
  const std::lock_guard lock(mutex_);
  ++counters_.refusals[status];
}

void WorkerMetrics::count_head_refusal(int status) {
  const std::lock_guard lock(mutex_);
  ++counters_.head_refusals[status];
}

void WorkerMetrics::count_connection_refused() {
  const std::lock_guard lock(mutex_);
  ++counters_.connections_refused;
}

void WorkerMetrics::count_credential_refusal(const std::string& backend) {
  const std::lock_guard lock(mutex_);
  ++counters_.credential_refusals[backend];
}

void WorkerMetrics::count_handshake_failure(std::string_view reason) {
  const std::lock_guard lock(mutex_);
  ++counters_.handshake_failures[std::string(reason)];
}

void WorkerMetrics::count_ledger_failure() {
  const std::lock_guard lock(mutex_);
  ++counters_.ledger_failures;
}

void WorkerMetrics::count_unpriced(std::string_view model) {
  const std::lock_guard lock(mutex_);
  std::string label(model);
  const bool full = counters_.unpriced.size() >= kMostModelPairs;
  if (full && counters_.unpriced.count(label) == 0) label = "other";
  ++counters_.unpriced[label];
}

void WorkerMetrics::count_missing_price(std::string_view price_class, std::string_view model) {
  const std::lock_guard lock(mutex_);
  std::pair label{std::string(price_class), std::string(model)};
  const bool full = counters_.missing_prices.size() >= kMostModelPairs;
  if (full && counters_.missing_prices.count(label) == 0) label.second = "other";
  ++counters_.missing_prices[label];
}

void WorkerMetrics::count_store_call(std::string_view result, double seconds) {
  const std::lock_guard lock(mutex_);
  ++counters_.store.calls[std::string(result)];
  if (result == "ok") counters_.store.duration.observe(seconds);
}

void WorkerMetrics::count_quota_refusal(const std::string& client, const std::string& limit) {
  const std::lock_guard lock(mutex_);
  ++counters_.quota_refusals[{client, limit}];
}

void WorkerMetrics::connection_opened() {
  const std::lock_guard lock(mutex_);
  ++counters_.open_connections;
}

void WorkerMetrics::connection_closed() {
  const std::lock_guard lock(mutex_);
  --counters_.open_connections;
}

void WorkerMetrics::set_upstream(std::uint64_t created, std::uint64_t reused, std::uint64_t resumed,
                                 std::uint64_t open) {
  const std::lock_guard lock(mutex_);
  counters_.upstream_created = created;
  counters_.upstream_reused = reused;
  counters_.upstream_resumed = resumed;
  counters_.upstream_open = open;
}

void WorkerMetrics::add_to(Counters& total) const {
  const std::lock_guard lock(mutex_);
  for (const auto& [key, series] : counters_.series) add(total.series[key], series);
  for (const auto& [key, count] : counters_.requests) total.requests[key] += count;
  for (const auto& [status, count] : counters_.refusals) total.refusals[status] += count;
  for (const auto& [status, count] : counters_.head_refusals) total.head_refusals[status] += count;
  total.open_connections += counters_.open_connections;
  total.connections_refused += counters_.connections_refused;
  for (const auto& [backend, count] : counters_.credential_refusals)
    total.credential_refusals[backend] += count;
  for (const auto& [reason, count] : counters_.handshake_failures)
    total.handshake_failures[reason] += count;
  for (const auto& [model, count] : counters_.unpriced) total.unpriced[model] += count;
  for (const auto& [label, count] : counters_.missing_prices) total.missing_prices[label] += count;
  for (const auto& [result, count] : counters_.store.calls) total.store.calls[result] += count;
  total.store.duration.add(counters_.store.duration);
  for (const auto& [label, count] : counters_.quota_refusals) total.quota_refusals[label] += count;
  total.ledger_failures += counters_.ledger_failures;
  total.upstream_created += counters_.upstream_created;
  total.upstream_reused += counters_.upstream_reused;
  total.upstream_resumed += counters_.upstream_resumed;
  total.upstream_open += counters_.upstream_open;
}

}  // namespace tollgate::telemetry
