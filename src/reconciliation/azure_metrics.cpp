// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/reconciliation/azure_metrics.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "tollgate/base/text.hpp"
#include "tollgate/pricing/price_entry.hpp"

namespace tollgate::reconciliation {
namespace {

using nlohmann::json;

constexpr double kLargestWhole = 9'007'199'254'740'992.0;  // 2^53: JSON numbers are doubles

Error no_metrics(std::string message) { return {Errc::invalid_input, std::move(message)}; }

/// The member, or null.
const json& at(const json& object, const char* name) {
  static const json null;
  if (!object.is_object()) return null;
  const auto found = object.find(name);
  return found == object.end() ? null : *found;
}

std::string text_at(const json& object, const char* name) {
  const json& value = at(object, name);
  return value.is_string() ? value.get<std::string>() : std::string();
}

std::optional<Metric> metric_named(const std::string& name) {
  for (std::size_t i = 0; i < kMetricNames.size(); ++i) {
    if (iequals(name, kMetricNames[i])) return static_cast<Metric>(i);
  }
  return std::nullopt;
}

/// What is in front of /providers/Microsoft.Insights.
std::string resource_of(const std::string& id) {
  return id.substr(0, to_lower(id).find("/providers/microsoft.insights"));
}

std::string deployment_of(const json& series) {
  for (const json& dimension : at(series, "metadatavalues")) {
    if (iequals(text_at(at(dimension, "name"), "value"), "ModelDeploymentName"))
      return text_at(dimension, "value");
  }
  return {};
}

/// Nullopt: no whole number from 0 on. An interval without data has no total, which is 0.
std::optional<std::int64_t> total_of(const json& point) {
  const json& total = at(point, "total");
  if (total.is_null()) return 0;
  if (!total.is_number()) return std::nullopt;
  const auto value = total.get<double>();
  if (value < 0 || value > kLargestWhole || std::floor(value) != value) return std::nullopt;
  return static_cast<std::int64_t>(value);
}

Result<void> read_series(const json& series, MetricRow row, std::vector<MetricRow>& out) {
  row.deployment = deployment_of(series);
  if (row.deployment.empty())
    return no_metrics("a series of " + std::string(to_string(row.metric)) +
                      " has no ModelDeploymentName: ask with $filter=ModelDeploymentName eq '*'");
  for (const json& point : at(series, "data")) {
    row.day = text_at(point, "timeStamp").substr(0, 10);
    if (!pricing::parse_date(row.day)) return no_metrics("a value has no timeStamp");
    const auto total = total_of(point);
    if (!total)
      return no_metrics("a total of " + std::string(to_string(row.metric)) +
                        " is no whole number: " + at(point, "total").dump());
    row.total = *total;
    if (row.total > 0) out.push_back(row);
  }
  return {};
}

Result<void> read_answer(const json& answer, std::vector<MetricRow>& out) {
  const json& values = at(answer, "value");
  if (!values.is_array()) return no_metrics("it is no answer of the metrics API: it has no value");
  for (const json& one : values) {
    const auto metric = metric_named(text_at(at(one, "name"), "value"));
    if (!metric) continue;
    MetricRow row;
    row.metric = *metric;
    row.resource_id = resource_of(text_at(one, "id"));
    for (const json& series : at(one, "timeseries")) {
      const Result<void> read = read_series(series, row, out);
      if (!read) return read;
    }
  }
  return {};
}

}  // namespace

Result<std::vector<MetricRow>> read_metrics(std::string_view text) {
  const json read = json::parse(text, nullptr, false);
  if (read.is_discarded())
    return no_metrics("it is no JSON: --cost-export takes a cost export (CSV)");
  std::vector<MetricRow> out;
  for (const json& answer : read.is_array() ? read : json::array({read})) {
    const Result<void> done = read_answer(answer, out);
    if (!done) return done.error();
  }
  return out;
}

}  // namespace tollgate::reconciliation
