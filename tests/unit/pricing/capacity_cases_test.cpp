// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <fstream>
#include <numeric>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "capacities.hpp"
#include "tollgate/pricing/allocation.hpp"

// capacity_cases.jsonl has hours of capacity and their shares as scripts/make_capacity_cases.py
// computes them, in another language and by code of its own. Both must agree to the last digit.
namespace tollgate::pricing {
namespace {

using nlohmann::json;

Capacity capacity_from(const json& given) {
  Capacity out = capacity(given["from"].get<std::string>(), given["ptu"].get<std::int64_t>(),
                          given.value("hour", "0"));
  if (given.contains("until")) out.until = minute(given["until"].get<std::string>());
  if (given.contains("month"))
    out.pico_a_month = parse_price(given["month"].get<std::string>()).value();
  out.allocate = allocate_from_string(given["allocate"].get<std::string>()).value();
  out.output_weight = given["weight"].get<std::int64_t>();
  out.tokens_per_minute = given["tokens"].get<std::int64_t>();
  return out;
}

json computed(const json& one) {
  std::vector<Capacity> entries;
  for (const json& given : one["entries"]) entries.push_back(capacity_from(given));
  const CapacityList list(std::move(entries));
  const auto hour =
      capacity_in(list.history("sweden", "gpt-5"), minute(one["hour"].get<std::string>()), "USD");
  if (!hour) return {};
  std::vector<std::int64_t> weights;
  for (const json& record : one["records"])
    weights.push_back(
        weight_of(served(record[0], record[2], record[1]), hour->output_weight).value());
  const std::int64_t whole = whole_of(*hour, weights).value();
  const Shares shares = share_out(hour->nano, weights, whole);
  EXPECT_EQ(std::accumulate(shares.parts.begin(), shares.parts.end(), shares.rest), hour->nano);
  return {{"nano", hour->nano},
          {"weights", weights},
          {"whole", whole},
          {"shares", shares.parts},
          {"rest", shares.rest}};
}

TEST(CapacityCases, AgreeWithAnIndependentComputationToTheLastDigit) {
  std::ifstream file(TOLLGATE_SOURCE_DIR "/tests/unit/pricing/capacity_cases.jsonl");
  int cases = 0;
  for (std::string line; std::getline(file, line); ++cases) {
    const json one = json::parse(line);
    EXPECT_EQ(computed(one), one["expected"]) << one["name"];
  }
  EXPECT_GE(cases, 200);
}

}  // namespace
}  // namespace tollgate::pricing
