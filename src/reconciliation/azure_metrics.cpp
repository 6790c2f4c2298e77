// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/reconciliation/azure_metrics.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "tollgate/base/text.hpp"
#include "tollgate/base/time.hpp"

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

/// Nullopt: the answer is not split by deployments. Empty: of none.
std::optional<std::string> deployment_of(const json& series) {
  for (const json& dimension : at(series, "metadatavalues")) {
    if (iequals(text_at(at(dimension, "name"), "value"), "ModelDeploymentName"))
      return text_at(dimension, "value");
  }
  return std::nullopt;
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

/// Two digits; nullopt: they are none.
std::optional<int> two_digits(std::string_view text) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (text.size() != 2 || !is_digit(text[0]) || !is_digit(text[1])) return std::nullopt;
  return (text[0] - '0') * 10 + (text[1] - '0');
}

/// How far a clock is ahead of UTC by "+05:30" or "Z"; nullopt: it is none of both.
std::optional<std::chrono::minutes> offset_in(std::string_view text) {
  if (text == "Z" || text == "z") return std::chrono::minutes(0);
  const bool shaped = text.size() == 6 && (text[0] == '+' || text[0] == '-') && text[3] == ':';
  const auto hours = shaped ? two_digits(text.substr(1, 2)) : std::nullopt;
  const auto minutes = shaped ? two_digits(text.substr(4, 2)) : std::nullopt;
  if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  const std::chrono::minutes ahead(*hours * 60 + *minutes);
  return text[0] == '-' ? -ahead : ahead;
}

/// The UTC day of an RFC 3339 time with any offset; nullopt: it is none.
std::optional<std::string> utc_day(std::string_view stamp) {
  constexpr std::size_t kTime = 19;  // 2026-11-29T10:00:00
  if (stamp.size() <= kTime) return std::nullopt;
  const std::size_t zone = stamp.find_first_of("Zz+-", kTime);
  if (zone == std::string_view::npos) return std::nullopt;
  const auto offset = offset_in(stamp.substr(zone));
  const auto time = from_rfc3339(std::string(stamp.substr(0, zone)) + "Z");
  if (!offset || !time) return std::nullopt;
  return to_rfc3339(*time - *offset).substr(0, 10);
}

/// An interval without data is none.
std::optional<LeftOutRow> of_no_deployment(const json& point, const MetricRow& row) {
  LeftOutRow out;
  out.why = LeftOutFor::deployment;
  out.day = utc_day(text_at(point, "timeStamp")).value_or("");
  out.name = row.resource;
  out.counted = to_string(row.metric);
  out.quantity = total_of(point);
  return out.quantity == 0 ? std::nullopt : std::optional(std::move(out));
}

/// Azure gives what it counts of no deployment as a series whose name is empty.
void leave_out(const json& series, const MetricRow& row, std::vector<LeftOutRow>& out) {
  for (const json& point : at(series, "data")) {
    if (auto value = of_no_deployment(point, row)) out.push_back(std::move(*value));
  }
}

Result<void> read_series(const json& series, MetricRow row, AzureMetrics& out) {
  const auto deployment = deployment_of(series);
  if (!deployment)
    return no_metrics("the series of " + std::string(to_string(row.metric)) +
                      " are not split by deployments: ask with $filter=ModelDeploymentName eq '*'");
  row.deployment = *deployment;
  if (row.deployment.empty()) {
    leave_out(series, row, out.left_out);
    return {};
  }
  for (const json& point : at(series, "data")) {
    const std::string stamp = text_at(point, "timeStamp");
    const auto day = utc_day(stamp);
    if (!day)
      return no_metrics(stamp.empty() ? "a value has no timeStamp"
                                      : "the timeStamp " + stamp + " is no time with an offset");
    row.day = *day;
    const auto total = total_of(point);
    if (!total)
      return no_metrics("a total of " + std::string(to_string(row.metric)) +
                        " is no whole number: " + at(point, "total").dump());
    row.total = *total;
    if (row.total > 0) out.rows.push_back(row);
  }
  return {};
}

/// The whole series, whatever is in it: it is of another resource.
LeftOutRow left_out_series(const std::string& resource_id) {
  LeftOutRow out;
  out.name = resource_id.substr(resource_id.find_last_of('/') + 1);
  return out;
}

Result<void> read_metric(const json& one, Metric metric, const Resources& resources,
                         AzureMetrics& out) {
  const std::string resource_id = resource_of(text_at(one, "id"));
  const auto resource = resources.of_resource_id(resource_id);
  MetricRow row;
  row.metric = metric;
  row.resource = resource.value_or("");
  for (const json& series : at(one, "timeseries")) {
    if (!resource) {
      out.left_out.push_back(left_out_series(resource_id));
      continue;
    }
    const Result<void> read = read_series(series, row, out);
    if (!read) return read;
  }
  return {};
}

Result<void> read_answer(const json& answer, const Resources& resources, AzureMetrics& out) {
  const json& values = at(answer, "value");
  if (!values.is_array()) return no_metrics("it is no answer of the metrics API: it has no value");
  for (const json& one : values) {
    const auto metric = metric_named(text_at(at(one, "name"), "value"));
    if (!metric) continue;
    const Result<void> read = read_metric(one, *metric, resources, out);
    if (!read) return read;
  }
  return {};
}

}  // namespace

Result<AzureMetrics> read_metrics(std::string_view text, const Resources& resources) {
  // An answer has ten levels; copies of a value, and its end, go down all that it has.
  constexpr int kDeepest = 64;
  bool too_deep = false;
  const auto no_deeper = [&](int depth, json::parse_event_t, const json&) {
    too_deep = too_deep || depth > kDeepest;
    return !too_deep;
  };
  const json read = json::parse(text, no_deeper, false);
  if (too_deep) return no_metrics("it is no answer of the metrics API: it is nested too deeply");
  if (read.is_discarded())
    return no_metrics("it is no JSON: --cost-export takes a cost export (CSV)");
  AzureMetrics out;
  for (const json& answer : read.is_array() ? read : json::array({read})) {
    const Result<void> done = read_answer(answer, resources, out);
    if (!done) return done.error();
  }
  return out;
}

}  // namespace tollgate::reconciliation
