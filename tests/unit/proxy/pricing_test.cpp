// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <string>

#include "operation_exits.hpp"
#include "tollgate/pricing/price_list.hpp"

namespace tollgate::proxy {
namespace {

using usage::CostBasis;

/// What operations cost by the time any book hears of their end, and who is not served.
class PricedOperations : public OperationExits {
 protected:
  /// The model of the answers costs 4 for a million tokens in and 20 out, from then on.
  void prices(std::string model, std::string_view from = "2020-01-01") {
    pricing::PriceEntry entry;
    entry.model = std::move(model);
    entry.from = pricing::parse_date(from).value();
    const auto rate = [](std::string_view text) {
      return pricing::make_rate(pricing::parse_price(text).value(), pricing::kPerMillion);
    };
    entry.rates[index_of(pricing::PriceClass::input)] = rate("4");
    entry.rates[index_of(pricing::PriceClass::output)] = rate("20");
    config_.prices.list = {"USD", {entry}, {}};
  }
  void served_by(const std::string& sku, const std::string& serves = {}) {
    for (config::Target& target : config_.models[0].targets) {
      target.sku = sku;
      target.serves = serves;
    }
  }
  void refuses_the_unpriced() { config_.clients[0].on_unpriced = config::OnUnpriced::refuse; }
  void ask_and_be_answered() {
    ask();
    backend_says(kHead + kBody);
  }
  /// How many operations the metrics count as unpriced.
  std::string unpriced() const {
    const std::string text = metrics_.render({});
    const std::string name = "tollgate_unpriced_operations_total{";
    const std::size_t at = text.find(name);
    return at == std::string::npos
               ? ""
               : text.substr(at + name.size(), text.find('\n', at) - at - name.size());
  }
  void expect_refused() {
    EXPECT_EQ(client_got().substr(0, 12), "HTTP/1.1 403");
    EXPECT_NE(client_got().find("\"code\":\"PriceNotKnown\""), std::string::npos) << client_got();
    EXPECT_TRUE(journal_.calls.empty()) << "nothing was begun";
    EXPECT_TRUE(entries_.empty());
  }
};

TEST_F(PricedOperations, EveryBookReadsTheCost) {
  prices("gpt-4o");
  ask_and_be_answered();
  ASSERT_EQ(told(), kEveryBook);
  for (const auto& entry : entries_) {
    EXPECT_EQ(entry.record.cost_basis, CostBasis::priced) << entry.record.cost_reason;
    EXPECT_EQ(entry.record.cost_nano,
              *entry.record.tokens.prompt * 4'000 + *entry.record.tokens.completion * 20'000);
    EXPECT_EQ(entry.record.cost_currency, "USD");
    EXPECT_EQ(entry.record.price_id.size(), 32U);
  }
  EXPECT_EQ(unpriced(), "");
}

TEST_F(PricedOperations, WithoutPricesThereIsNoCostAndNoComplaint) {
  ask_and_be_answered();
  EXPECT_EQ(record().cost_basis, CostBasis::unpriced);
  EXPECT_EQ(record().cost_nano, std::nullopt);
  EXPECT_EQ(record().cost_reason, "no_prices");
  EXPECT_EQ(unpriced(), "");
}

TEST_F(PricedOperations, AModelWithoutAPriceIsCounted) {
  prices("another");
  ask_and_be_answered();
  EXPECT_EQ(record().cost_basis, CostBasis::unpriced);
  EXPECT_EQ(record().cost_nano, std::nullopt) << "never 0";
  EXPECT_EQ(record().cost_reason, "no_price_for_model");
  EXPECT_EQ(unpriced(), "model=\"" + record().model + "\"} 1");
}

TEST_F(PricedOperations, WhatTheBackendRefusedIsFree) {
  prices("another");
  ask();
  backend_says(kRefused);
  EXPECT_EQ(record().cost_basis, CostBasis::priced);
  EXPECT_EQ(record().cost_nano, 0);
}

TEST_F(PricedOperations, WhatEndsByItsDestructorSaysWhyItHasNoCost) {
  prices("gpt-4o");
  ask_and_get_a_part();
  destroy();
  ASSERT_EQ(told(), kEveryBook);
  EXPECT_EQ(record().cost_basis, CostBasis::unpriced);
  EXPECT_EQ(record().cost_reason, "gateway_interrupted");
}

TEST_F(PricedOperations, CapacityThatIsPaidByTheHourIsAllocatedLater) {
  prices("gpt-4o");
  served_by("GlobalProvisionedManaged");
  ask_and_be_answered();
  EXPECT_EQ(record().sku, "GlobalProvisionedManaged");
  EXPECT_EQ(record().cost_basis, CostBasis::allocated_later);
  EXPECT_EQ(record().cost_nano, std::nullopt);
  EXPECT_EQ(unpriced(), "");
}

TEST_F(PricedOperations, TheTierThatWasAskedForIsRecorded) {
  prices("gpt-4o");
  ask(R"({"messages":[],"service_tier":"priority"})");
  backend_says(kHead + kBody);
  EXPECT_EQ(record().requested_service_tier, "priority");
  EXPECT_EQ(record().cost_reason, "no_price_for_tier");
}

TEST_F(PricedOperations, AClientMayBeRefusedWhatHasNoPrice) {
  prices("another");
  refuses_the_unpriced();
  ask();
  expect_refused();
}

TEST_F(PricedOperations, AlsoWhenOnlyOneOfTheTargetsHasNone) {
  prices("gpt-4o");
  config_.models[0].targets[1].serves = "gpt-5";
  refuses_the_unpriced();
  ask();
  expect_refused();
}

TEST_F(PricedOperations, AlsoWithoutAnyPrices) {
  refuses_the_unpriced();
  ask();
  expect_refused();
}

TEST_F(PricedOperations, AlsoForATierWithoutAPrice) {
  prices("gpt-4o");
  refuses_the_unpriced();
  ask(R"({"messages":[],"service_tier":"flex"})");
  expect_refused();
}

TEST_F(PricedOperations, AlsoBeforeItsFirstDay) {
  prices("gpt-4o", "2199-01-01");
  refuses_the_unpriced();
  ask();
  expect_refused();
}

TEST_F(PricedOperations, SuchAClientIsServedWhatHasAPrice) {
  prices("gpt-5");
  served_by("", "gpt-5");
  refuses_the_unpriced();
  ask_and_be_answered();
  EXPECT_TRUE(client_got_all());
}

TEST_F(PricedOperations, SuchAClientIsServedByCapacityThatIsPaidByTheHour) {
  prices("another");
  served_by("ProvisionedManaged");
  refuses_the_unpriced();
  ask_and_be_answered();
  EXPECT_TRUE(client_got_all());
}

}  // namespace
}  // namespace tollgate::proxy
