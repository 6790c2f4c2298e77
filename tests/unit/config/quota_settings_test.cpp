// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "minimal.hpp"
#include "tollgate/quotas/import.hpp"

namespace tollgate::config {
namespace {

using quotas::Measure;
using quotas::Period;
using quotas::Scope;
using testing::ElementsAre;
using testing::IsEmpty;

/// The client retail with these limits.
std::string limited(const std::string& limits) {
  return minimal_with("  - name: retail\n",
                      "  - name: retail\n    tags: {cost_center: \"4711\"}\n"
                      "    limits: " +
                          limits + "\n");
}

std::vector<quotas::Rule> rules_of(const std::string& yaml) {
  const LoadResult loaded = load_text(yaml, fake_secrets());
  EXPECT_TRUE(loaded.config) << format_errors("", loaded.errors);
  return loaded.config ? quota_rules(*loaded.config) : std::vector<quotas::Rule>();
}

quotas::Rule rule_of(const std::string& limit) {
  const auto rules = rules_of(limited("[" + limit + "]"));
  return rules.size() == 1 ? rules[0] : quotas::Rule();
}

TEST(QuotaSettings, NobodyIsLimitedByDefault) { EXPECT_THAT(rules_of(kMinimal), IsEmpty()); }

TEST(QuotaSettings, EachEntryIsOneMeasureAndItsTime) {
  const auto rules = rules_of(
      limited("[{requests: 600, per: minute}, {tokens: 60000, per: minute, burst: 20000},\n"
              "             {cost: \"500.25\", per: month}, {in_flight: 20}]"));
  ASSERT_EQ(rules.size(), 4U);
  for (const quotas::Rule& rule : rules) EXPECT_EQ(to_text(rule.subject), "client retail");
  EXPECT_EQ(to_text(rules[0].limit), "600 requests per minute");
  EXPECT_EQ(rules[1].limit.burst, 20'000);
  EXPECT_EQ(rules[2].limit.amount, 500'250'000'000);
  EXPECT_EQ(rules[2].limit.period, Period::month);
  EXPECT_EQ(rules[3].limit.measure, Measure::in_flight);
  EXPECT_EQ(rules[3].limit.period, Period::none);
}

TEST(QuotaSettings, WindowsWarnByDefault) {
  EXPECT_THAT(rule_of("{tokens: 1, per: day}").limit.warn_at, ElementsAre(80, 100));
  EXPECT_THAT(rule_of("{tokens: 1, per: minute}").limit.warn_at, IsEmpty());
  EXPECT_THAT(rule_of("{tokens: 1, per: day, warn_at: [50]}").limit.warn_at, ElementsAre(50));
  EXPECT_THAT(rule_of("{tokens: 1, per: day, warn_at: []}").limit.warn_at, IsEmpty());
}

TEST(QuotaSettings, ReadsTheRest) {
  const quotas::Limit weighted =
      rule_of(
          "{tokens: 9, per: day, counts: weighted, weights: {cached: 0.1, completion: 6},\n"
          "             mode: shadow, top_ups: [{amount: 5, on: 2026-11-30}]}")
          .limit;
  EXPECT_EQ(weighted.count, quotas::TokenCount::weighted);
  EXPECT_EQ(weighted.weights, (quotas::TokenWeights{1000, 100, 6000}));
  EXPECT_EQ(weighted.mode, quotas::Mode::shadow);
  ASSERT_EQ(weighted.top_ups.size(), 1U);
  EXPECT_EQ(weighted.top_ups[0].amount, 5);
  const quotas::Limit money =
      rule_of("{cost: 1, per: month, assume: {prompt: 2.5, completion: 0.0000000001}}").limit;
  EXPECT_EQ(money.assume, (quotas::AssumedPrice{2'500'000'000, 1})) << "rounded up";
}

TEST(QuotaSettings, ALimitOfOneModelIsTheClientsForIt) {
  const quotas::Rule rule = rule_of("{tokens: 1, per: day, model: gpt-4o}");
  EXPECT_EQ(rule.subject, (quotas::Subject{Scope::client_model, "retail", "gpt-4o"}));
}

TEST(QuotaSettings, EndsAtMidnightOfTheQuotasZone) {
  const auto rules = rules_of(limited("[{tokens: 1, per: day, until: 2026-12-31}]") +
                              "quotas: {time_zone: Europe/Berlin}\n");
  ASSERT_EQ(rules.size(), 1U);
  EXPECT_EQ(to_rfc3339(rules[0].limit.until.value()), "2026-12-30T23:00:00.000000Z");
}

TEST(QuotaSettings, OfTheGatewayAndOfTags) {
  const auto rules = rules_of(limited("[]") + R"(quotas:
  limits: [{cost: 1000, per: month}]
  tags:
    - {tag: cost_center, value: "4711", limits: [{cost: 100, per: month}]}
)");
  ASSERT_EQ(rules.size(), 2U);
  EXPECT_EQ(to_text(rules[0].subject), "the gateway");
  EXPECT_EQ(to_text(rules[1].subject), "tag cost_center=4711");
}

TEST(QuotaSettings, DefaultsAreOfWhoHasNoneOfItsOwn) {
  const std::string defaults = "quotas: {default_limits: [{requests: 5, per: minute}]}\n";
  EXPECT_EQ(rules_of(kMinimal + defaults).size(), 1U);
  EXPECT_THAT(rules_of(limited("[]") + defaults), IsEmpty());
  EXPECT_EQ(rules_of(limited("[{requests: 6, per: hour}]") + defaults).size(), 1U);
}

TEST(QuotaSettings, SaysWhatIsWrongAndWhere) {
  const auto in = [](const std::string& limit) { return errors_of(limited("[" + limit + "]")); };
  const std::string at = "6:14: clients[0].limits[0] ";
  EXPECT_THAT(in("{per: minute}"),
              ElementsAre(at + "needs exactly one of requests, tokens, cost and in_flight"));
  EXPECT_THAT(in("{tokens: 1, cost: 1, per: day}"),
              ElementsAre(at + "needs exactly one of requests, tokens, cost and in_flight"));
  EXPECT_THAT(in("{tokens: 1}"), ElementsAre(at + "needs per"));
  EXPECT_THAT(in("{tokens: 1, per: mont}"),
              ElementsAre("6:31: clients[0].limits[0].per must be minute, hour, day, week, month "
                          "or year; did you mean month?"));
  EXPECT_THAT(in("{tokens: 1.5, per: day}"),
              ElementsAre("6:23: clients[0].limits[0].tokens must be a whole number"));
  EXPECT_THAT(in("{tokens: 1, per: day, model: gpt-5}"),
              ElementsAre("6: a limit of client retail names an unknown model: gpt-5"));
  EXPECT_THAT(in("{in_flight: 1, per: day}"),
              ElementsAre("6:34: clients[0].limits[0].per means nothing for in_flight"));
  EXPECT_THAT(in("{tokens: 1, per: day, burst: 1}"),
              ElementsAre("6: limits: a burst is for limits per minute only"));
  EXPECT_THAT(in("{tokens: 1, per: day, on_exhausted: cut}").size(), 1U);
  EXPECT_THAT(in("{tokens: 1, per: day}, {tokens: 2, per: day}"),
              ElementsAre("6: limits: there is another limit of the same kind for client retail"));
}

TEST(QuotaSettings, SaysWhatIsWrongWithWhatIsShared) {
  const auto with = [](const std::string& quotas) {
    return errors_of(limited("[]") + "quotas: " + quotas + "\n");
  };
  EXPECT_THAT(with("{time_zone: Nowhere}").size(), 1U);
  EXPECT_THAT(with("{tags: [{tag: cost_center, value: \"1\", limits: []}]}"),
              ElementsAre("16: quotas.tags: no client has the tag cost_center: 1"));
  EXPECT_THAT(with("{output_tokens: {gpt-5: 1}}"),
              ElementsAre("16: quotas.output_tokens names an unknown model: gpt-5"));
  EXPECT_THAT(with("{output_tokens: {gpt-4o: 0}}").size(), 1U);
  EXPECT_THAT(with("{exhausted_status: 500}").size(), 1U);
}

// What is made of another's policy is read back as it was meant.
TEST(QuotaSettings, ImportedLimitsLoad) {
  const auto imported = quotas::import_apim_policy(R"xml(<policies><inbound>
<llm-token-limit counter-key="@(context.Subscription.Id)" tokens-per-minute="60000"
                 token-quota="2000000" token-quota-period="Monthly"/>
<rate-limit-by-key calls="10" renewal-period="1" counter-key="all"/></inbound></policies>)xml");
  ASSERT_TRUE(imported);
  const LoadResult loaded = load_text(kMinimal + to_yaml(*imported), fake_secrets());
  ASSERT_TRUE(loaded.config) << format_errors("", loaded.errors);
  EXPECT_EQ(loaded.config->quotas.exhausted_status, 403);
  std::vector<quotas::Limit> expected = imported->of_all;
  expected.insert(expected.end(), imported->of_each.begin(), imported->of_each.end());
  std::vector<quotas::Limit> found;
  for (quotas::Rule& rule : quota_rules(*loaded.config)) found.push_back(std::move(rule.limit));
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    found[i].line = expected[i].line;
    EXPECT_EQ(found[i], expected[i]) << to_text(expected[i]);
  }
}

TEST(AdminSettings, AKeyIsASecretOfSomeLength) {
  const auto with_key = [](const std::string& key) {
    return kMinimal + "admin: {key: {env: ADMIN_KEY}}\n" + key;
  };
  const LoadResult loaded =
      load_text(with_key(""), fake_secrets({{"ADMIN_KEY", "0123456789abcdef"}}));
  ASSERT_TRUE(loaded.config) << format_errors("", loaded.errors);
  EXPECT_EQ(loaded.config->admin.key.reveal(), "0123456789abcdef");
  EXPECT_TRUE(load_text(kMinimal, fake_secrets()).config->admin.key.empty());
  EXPECT_THAT(errors_of(with_key(""), fake_secrets({{"ADMIN_KEY", "0123456789abcde"}})),
              ElementsAre(testing::HasSubstr("admin.key must have at least 16 bytes")));
}

}  // namespace
}  // namespace tollgate::config
