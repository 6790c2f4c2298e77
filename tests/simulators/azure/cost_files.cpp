// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "cost_files.hpp"

#include <array>
#include <cstdio>
#include <map>
#include <stdexcept>
#include <tuple>

namespace tollgate::simulator {

using nlohmann::json;

namespace {

constexpr std::int64_t kMicro = 1'000'000;

/// A price for a million tokens in millionths, which is one for a token in 10^-12.
std::int64_t price_of(const std::string& text) {
  const std::size_t point = text.find('.');
  std::string digits = point == std::string::npos ? "" : text.substr(point + 1);
  if (digits.size() > 6) throw std::invalid_argument("a price has at most six decimals: " + text);
  digits.resize(6, '0');
  return std::stoll(text.substr(0, point)) * kMicro + std::stoll(digits);
}

std::int64_t tokens_of_class(const Tokens& tokens, const std::string& name) {
  if (name == "input") return tokens.prompt - tokens.cached - tokens.prompt_audio - tokens.image;
  if (name == "cached_input") return tokens.cached;
  if (name == "output") return tokens.completion - tokens.completion_audio;
  throw std::invalid_argument("a class is input, cached_input or output: " + name);
}

std::string with_decimals(std::int64_t number, std::int64_t whole, int decimals) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%lld.%0*lld", static_cast<long long>(number / whole),
                decimals, static_cast<long long>(number % whole));
  return text.data();
}

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + "\"";
}

struct Meter {
  std::string model;
  std::string price_class;
  std::string name;
  std::int64_t price = 0;
};

using Line = std::tuple<std::string, std::string, std::string, std::string>;  // day ... meter

/// Tokens and 10^-12 of the currency.
struct LineSum {
  std::int64_t tokens = 0;
  std::int64_t cost = 0;
};

std::string actual_row(const Line& line, const LineSum& sum, const std::string& currency) {
  const auto& [day, resource, deployment, meter] = line;
  const std::string tags = "\"deployment\": \"" + deployment + "\",\"project\": \"shop\"";
  return day.substr(5, 2) + "/" + day.substr(8) + "/" + day.substr(0, 4) + "," + kResourceIds +
         resource + "," + quoted(meter) + "," + with_decimals(sum.tokens, 1'000, 3) + ",1K," +
         with_decimals(sum.cost, kMicro * kMicro, 12) + "," + currency + "," + quoted(tags) +
         "\r\n";
}

std::string focus_row(const Line& line, const LineSum& sum, const std::string& currency) {
  const auto& [day, resource, deployment, meter] = line;
  const std::string tags = "{\"deployment\":\"" + deployment + "\"}";
  return with_decimals(sum.cost, kMicro * kMicro, 12) + "," + currency + "," + day + "T00:00:00Z," +
         with_decimals(sum.tokens, 1'000, 3) + "," + kResourceIds + resource + "," + quoted(tags) +
         ",1000,1K," + quoted(meter) + "\r\n";
}

std::string day_of(const BillEntry& entry) { return to_rfc3339(entry.at).substr(0, 10); }

}  // namespace

std::string cost_export(const Bill& bill, const json& wish) {
  std::vector<Meter> meters;
  for (const json& one : wish.at("meters"))
    meters.push_back({one.at("model").get<std::string>(), one.at("class").get<std::string>(),
                      one.at("meter").get<std::string>(),
                      price_of(one.at("price").get<std::string>())});
  std::map<Line, LineSum> lines;
  bill.visit_charged([&](const BillEntry& entry) {
    for (const Meter& meter : meters) {
      if (meter.model != entry.model || entry.charge.kind != "tokens") continue;
      const std::int64_t tokens = tokens_of_class(entry.charge.tokens, meter.price_class);
      if (tokens == 0) continue;
      LineSum& sum = lines[{day_of(entry), std::string(entry.resource),
                            std::string(entry.deployment), meter.name}];
      sum.tokens += tokens;
      sum.cost += tokens * meter.price;
    }
  });
  const bool focus = wish.at("shape") == "focus";
  const auto currency = wish.at("currency").get<std::string>();
  std::string out = focus ? "BilledCost,BillingCurrency,ChargePeriodStart,PricingQuantity,"
                            "ResourceId,Tags,x_PricingBlockSize,x_PricingUnitDescription,"
                            "x_SkuMeterName\r\n"
                          : "Date,ResourceId,MeterName,Quantity,UnitOfMeasure,"
                            "CostInBillingCurrency,BillingCurrencyCode,Tags\r\n";
  for (const auto& [line, sum] : lines)
    out += focus ? focus_row(line, sum, currency) : actual_row(line, sum, currency);
  return out;
}

json metric_answers(const Bill& bill) {
  // By resource, metric, deployment and hour.
  std::map<std::string,
           std::map<std::string, std::map<std::string, std::map<std::string, std::int64_t>>>>
      sums;
  bill.visit_all([&](const BillEntry& entry) {
    auto& of = sums[std::string(entry.resource)];
    const std::string deployment(entry.deployment);
    const std::string hour = to_rfc3339(entry.at).substr(0, 13) + ":00:00Z";
    of["AzureOpenAIRequests"][deployment][hour] += 1;
    if (!entry.charge.charged) return;
    of["ProcessedPromptTokens"][deployment][hour] += entry.charge.tokens.prompt;
    of["GeneratedTokens"][deployment][hour] += entry.charge.tokens.completion;
  });
  json out = json::array();
  for (const auto& [resource, metrics] : sums) {
    json values = json::array();
    for (const auto& [metric, deployments] : metrics) {
      json series = json::array();
      for (const auto& [deployment, hours] : deployments) {
        json data = json::array();
        for (const auto& [hour, total] : hours)
          data.push_back({{"timeStamp", hour}, {"total", static_cast<double>(total)}});
        const json name{{"value", "modeldeploymentname"}};
        series.push_back(
            {{"metadatavalues", json::array({{{"name", name}, {"value", deployment}}})},
             {"data", std::move(data)}});
      }
      values.push_back(
          {{"id", kResourceIds + resource + "/providers/Microsoft.Insights/metrics/" + metric},
           {"name", {{"value", metric}}},
           {"unit", "Count"},
           {"timeseries", std::move(series)}});
    }
    out.push_back({{"interval", "PT1H"}, {"value", std::move(values)}});
  }
  return out;
}

}  // namespace tollgate::simulator
