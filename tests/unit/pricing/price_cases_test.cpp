// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <fstream>
#include <numeric>
#include <string>

#include <nlohmann/json.hpp>

#include "prices.hpp"
#include "tollgate/pricing/cost.hpp"

// price_cases.jsonl has the costs of records as scripts/make_price_cases.py computes them, in
// another language and by code of its own. Both must agree to the last digit.
namespace tollgate::pricing {
namespace {

using nlohmann::json;

Rates rates_from(const json& given) {
  Rates out{};
  for (const auto& [name, price] : given.items()) {
    out[index_of(*price_class_from_string(name))] =
        rate(price[0].get<std::string>(), price[1].get<std::int64_t>());
  }
  return out;
}

PriceEntry entry_from(const json& given) {
  PriceEntry out;
  out.model = given["model"];
  out.scope = scope_from_string(given["scope"].get<std::string>()).value_or(Scope::any);
  out.tier = *tier_from_string(given["tier"].get<std::string>());
  out.from = day(given["from"].get<std::string>());
  if (given.contains("until")) out.until = day(given["until"].get<std::string>());
  out.rates = rates_from(given["rates"]);
  for (const json& band : given.value("bands", json::array()))
    out.bands.push_back({band["above"], rates_from(band["rates"])});
  for (const json& image : given.value("images", json::array()))
    out.image_rates.push_back({image[0], image[1], rate(image[2].get<std::string>(), 1)});
  return out;
}

std::optional<std::int64_t> count_in(const json& given, const char* name) {
  const auto found = given.find(name);
  if (found == given.end() || found->is_null()) return std::nullopt;
  return found->get<std::int64_t>();
}

usage::UsageRecord record_from(const json& given) {
  usage::UsageRecord out;
  out.model = given["model"];
  out.event_time = from_rfc3339(given["time"].get<std::string>()).value();
  out.usage_basis = *usage::basis_from_string(given["basis"].get<std::string>());
  out.usage_reason = given.value("reason", "");
  out.operation_id = given.value("operation", "ChatCompletions_Create");
  out.sku = given.value("sku", "");
  out.service_tier = given.value("service_tier", "");
  out.requested_service_tier = given.value("requested", "");
  out.tokens = {.prompt = count_in(given, "prompt"),
                .completion = count_in(given, "completion"),
                .cached_prompt = count_in(given, "cached_prompt"),
                .prompt_audio = count_in(given, "prompt_audio"),
                .completion_audio = count_in(given, "completion_audio"),
                .image = count_in(given, "image"),
                .cache_write = count_in(given, "cache_write"),
                .completion_image = count_in(given, "completion_image"),
                .cached_audio = count_in(given, "cached_audio"),
                .cached_image = count_in(given, "cached_image")};
  out.audio_duration_ms = count_in(given, "duration_ms");
  out.web_search_calls = count_in(given, "web_search");
  out.file_search_calls = count_in(given, "file_search");
  out.code_interpreter_calls = count_in(given, "code_interpreter");
  out.longest_prompt_tokens = count_in(given, "longest");
  out.images = count_in(given, "images");
  out.image_size = given.value("image_size", "");
  out.image_quality = given.value("image_quality", "");
  out.characters = count_in(given, "characters");
  return out;
}

json in_words(const Cost& cost) {
  json out{{"basis", usage::to_string(cost.basis)}, {"components", json::array()}};
  out["nano"] = cost.nano ? json(*cost.nano) : json();
  out["reason"] = cost.reason;
  out["price"] = cost.price_id;
  for (const usage::CostComponent& part : cost.components)
    out["components"].push_back(
        {part.price_class, part.quantity, part.price, part.per, part.percent, part.cost_nano});
  return out;
}

Cost cost_in(const json& one) {
  std::vector<PriceEntry> entries;
  for (const json& given : one["entries"]) entries.push_back(entry_from(given));
  const Int128 percent = parse_decimal(one["percent"].get<std::string>(), 4).value();
  std::vector<Adjustment> adjustments;
  if (percent != 0) adjustments.push_back({"", static_cast<std::int64_t>(percent), {}, {}});
  return cost_of(record_from(one["record"]), list_of(std::move(entries), std::move(adjustments)));
}

TEST(PriceCases, AgreeWithAnIndependentComputationToTheLastDigit) {
  std::ifstream file(TOLLGATE_SOURCE_DIR "/tests/unit/pricing/price_cases.jsonl");
  int cases = 0;
  for (std::string line; std::getline(file, line); ++cases) {
    const json one = json::parse(line);
    const Cost cost = cost_in(one);
    EXPECT_EQ(in_words(cost), one["expected"]) << one["name"] << " " << cost.reason;
    const auto sum = [](std::int64_t so_far, const auto& part) { return so_far + part.cost_nano; };
    EXPECT_EQ(std::accumulate(cost.components.begin(), cost.components.end(), std::int64_t{0}, sum),
              cost.nano.value_or(0))
        << one["name"];
  }
  EXPECT_GE(cases, 300);
}

}  // namespace
}  // namespace tollgate::pricing
