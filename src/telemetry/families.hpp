// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <utility>
#include <vector>

#include <prometheus/metric_family.h>

#include "tollgate/telemetry/histogram.hpp"
#include "tollgate/telemetry/metrics.hpp"

namespace tollgate::telemetry {

using Labels = std::vector<prometheus::ClientMetric::Label>;

/// What a scrape is made of. Names and helps are static.
class Families {
 public:
  void counter(const char* name, const char* help, Labels labels, double value) {
    prometheus::ClientMetric& metric =
        add(name, help, prometheus::MetricType::Counter, std::move(labels));
    metric.counter.value = value;
  }
  void gauge(const char* name, const char* help, Labels labels, double value) {
    prometheus::ClientMetric& metric =
        add(name, help, prometheus::MetricType::Gauge, std::move(labels));
    metric.gauge.value = value;
  }
  void histogram(const char* name, const char* help, Labels labels, const Histogram& from) {
    prometheus::ClientMetric& metric =
        add(name, help, prometheus::MetricType::Histogram, std::move(labels));
    std::uint64_t cumulative = 0;
    for (std::size_t i = 0; i < from.bounds().size(); ++i) {
      cumulative += from.counts()[i];
      metric.histogram.bucket.push_back({cumulative, from.bounds()[i]});
    }
    metric.histogram.sample_count = from.count();
    metric.histogram.sample_sum = from.sum();
  }
  std::vector<prometheus::MetricFamily> take() { return std::exchange(families_, {}); }

 private:
  prometheus::ClientMetric& add(const char* name, const char* help, prometheus::MetricType type,
                                Labels labels) {
    for (prometheus::MetricFamily& family : families_) {
      if (family.name == name) {
        family.metric.emplace_back().label = std::move(labels);
        return family.metric.back();
      }
    }
    prometheus::MetricFamily& family = families_.emplace_back();
    family.name = name;
    family.help = help;
    family.type = type;
    family.metric.emplace_back().label = std::move(labels);
    return family.metric.back();
  }

  std::vector<prometheus::MetricFamily> families_;
};

/// Of the store that replicas share.
void add_store(Families& out, const StoreSeries& calls, const StoreGauges& gauges);

}  // namespace tollgate::telemetry
