// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "minimal.hpp"
#include "tollgate/config/price_file.hpp"

namespace tollgate::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// A file of prices with one entry of `provisioned`, on line 2, and what stands in it.
std::string provisioned(const std::string& what) {
  return "currency: USD\nprovisioned: [{backend: sweden, deployment: chat, from: 2026-10-01, " +
         what + "}]\n";
}

const std::string kUsual = "model: gpt-5, ptu: 100, hourly_per_ptu: 1.25";

std::vector<std::string> capacity_faults(const std::string& yaml) {
  std::vector<std::string> out;
  for (const ConfigError& error : read_price_file(yaml).errors)
    out.push_back(std::to_string(error.line) + ": " + error.message);
  return out;
}

TEST(CapacitySettings, TakeTheModelsWeightsFromAzuresTable) {
  const PriceFile file = read_price_file(provisioned(kUsual));
  ASSERT_THAT(file.errors, IsEmpty());
  const pricing::Capacity& one = file.prices.list.capacities().entries().front();
  EXPECT_EQ(one.output_weight, 8);
  EXPECT_EQ(one.tokens_per_minute, 4'750);
  EXPECT_EQ(one.ptu, 100);
  EXPECT_EQ(pricing::to_decimal(one.pico_an_hour, pricing::kPicoDecimals), "1.25");
  EXPECT_EQ(one.allocate, pricing::Allocate::utilisation);
  EXPECT_EQ(pricing::to_minute(one.from), "2026-10-01T00:00Z");
}

TEST(CapacitySettings, GivenWeightsGoFirst) {
  const PriceFile file = read_price_file(
      provisioned("model: own, ptu: 1, monthly_total: 7, allocate: utilisation_of_capacity, "
                  "output_weight: 3, tokens_per_minute_per_ptu: 50, until: 2026-10-02T03:04Z"));
  ASSERT_THAT(file.errors, IsEmpty());
  const pricing::Capacity& one = file.prices.list.capacities().entries().front();
  EXPECT_EQ(one.output_weight, 3);
  EXPECT_EQ(one.tokens_per_minute, 50);
  EXPECT_EQ(pricing::to_decimal(*one.pico_a_month, pricing::kPicoDecimals), "7");
  EXPECT_EQ(pricing::to_minute(*one.until), "2026-10-02T03:04Z");
}

TEST(CapacitySettings, AModelWhoseWeightsNobodyKnowsNeedsThem) {
  EXPECT_THAT(capacity_faults(provisioned("model: own, ptu: 1, hourly_per_ptu: 1")),
              ElementsAre(HasSubstr("2: provisioned[0].model is none whose weights are known: it "
                                    "needs output_weight, or must be one of gpt-5.5, gpt-5.4")));
  EXPECT_THAT(capacity_faults(provisioned("model: own, ptu: 1, hourly_per_ptu: 1, output_weight: "
                                          "4, allocate: utilisation_of_capacity")),
              ElementsAre(HasSubstr("needs tokens_per_minute_per_ptu")));
}

TEST(CapacitySettings, AreRefusedWithTheirLineAndWhatIsAllowed) {
  const auto fault = [](const std::string& what) { return capacity_faults(provisioned(what)); };
  EXPECT_THAT(fault("model: gpt-5, hourly_per_ptu: 1"), ElementsAre("2: provisioned[0] needs ptu"));
  EXPECT_THAT(fault("model: gpt-5, ptu: 1"),
              ElementsAre("2: provisioned[0] needs one of hourly_per_ptu and monthly_total"));
  EXPECT_THAT(fault("model: gpt-5, ptu: 1, hourly_per_ptu: 1, monthly_total: 1"),
              ElementsAre("2: provisioned[0] needs one of hourly_per_ptu and monthly_total"));
  EXPECT_THAT(fault("model: gpt-5, ptu: 1, hourly_per_ptu: 10001"),
              ElementsAre("2: provisioned[0].hourly_per_ptu must be at most 10000 currency units"));
  EXPECT_THAT(fault(kUsual + ", allocate: fairly"),
              ElementsAre("2: provisioned[0].allocate must be utilisation, "
                          "utilisation_of_capacity, list_price or none"));
  EXPECT_THAT(fault(kUsual + ", until: tomorrow"),
              ElementsAre("2: provisioned[0].until must be a date such as 2026-07-09, or a minute: "
                          "2026-07-09T14:30Z"));
  EXPECT_THAT(capacity_faults("provisioned: [{backend: b, deployment: d, from: 2026-01-01, " +
                              kUsual + "}]\n"),
              ElementsAre(HasSubstr("needs currency")));
}

TEST(CapacitySettings, OverlapsAreNamedAndGapsAreNone) {
  const std::string entry = "  - {backend: b, deployment: d, " + kUsual + ", from: ";
  const std::string head = "currency: USD\nprovisioned:\n";
  EXPECT_THAT(capacity_faults(head + entry + "2026-10-01}\n" + entry + "2026-10-01}\n"),
              ElementsAre(HasSubstr("4: the capacity of b/d from 2026-10-01T00:00Z overlaps")));
  EXPECT_THAT(capacity_faults(head + entry + "2026-10-01, until: 2026-10-02}\n" + entry +
                              "2026-10-05T07:00Z}\n"),
              IsEmpty());
}

TEST(CapacitySettings, NameABackendAndASkuThatIsPaidByTheHour) {
  const std::string prices =
      "prices: {currency: USD, provisioned: [{backend: nobody, deployment: "
      "d, from: 2026-10-01, " +
      kUsual + "}]}\n";
  EXPECT_THAT(errors_of(kMinimal + prices),
              ElementsAre(HasSubstr("prices.provisioned names an unknown backend: nobody")));
}

TEST(CapacitySettings, OfADeploymentWithoutASkuAreOneFault) {
  const std::string entry =
      "    - {backend: east, deployment: gpt-4o, model: gpt-4o, ptu: 15, hourly_per_ptu: 1, from: ";
  EXPECT_THAT(errors_of(kMinimal + "prices:\n  currency: USD\n  provisioned:\n" + entry +
                        "2026-01-01}\n" + entry + "2026-02-01}\n"),
              ElementsAre(HasSubstr("17: prices.provisioned has east/gpt-4o, whose sku in model "
                                    "gpt-4o is not given")));
}

}  // namespace
}  // namespace tollgate::config
