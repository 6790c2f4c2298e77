// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/reports/usage_groups.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "ledger/sample_record.hpp"

namespace tollgate::reports {
namespace {

std::string key(const std::string& name, const std::string& zone = "UTC") {
  usage::UsageRecord record = ledger::sample_close(1);
  record.event_time = from_unix_micros(1'790'035'199'999'999);  // the last moment of a day
  record.model = "gpt-4o-2024-11-20";
  record.backend = "east";
  record.backend_deployment = "east-dep";
  record.backend_region = "swedencentral";
  record.backend_tier = "paygo";
  record.service_tier = "priority";
  record.sku = "GlobalStandard";
  record.cost_reason = "no_prices";
  record.caller_ip_address = "10.0.0.1";
  record.tags = {{"cost_center", "4711"}, {"a:b", "c"}};
  const auto groups = UsageGroups::parse(std::vector{name});
  return groups ? groups->keys_of(record, record.event_time, *TimeZone::load(zone)).at(0)
                : groups.error().message;
}

TEST(UsageGroups, AreColumnsOfTheRecord) {
  EXPECT_EQ(key("client"), "team-a");
  EXPECT_EQ(key("model"), "gpt-4o-2024-11-20");
  EXPECT_EQ(key("requested_model"), "gpt-4o");
  EXPECT_EQ(key("ip"), "10.0.0.1");
  EXPECT_EQ(key("deployment"), "east-dep");
  EXPECT_EQ(key("backend"), "east");
  EXPECT_EQ(key("operation"), "ChatCompletions_Create");
  EXPECT_EQ(key("region"), "swedencentral");
  EXPECT_EQ(key("backend_tier"), "paygo");
  EXPECT_EQ(key("basis"), "reported");
  EXPECT_EQ(key("reason"), "");
  EXPECT_EQ(key("outcome"), "completed");
  EXPECT_EQ(key("service_tier"), "priority");
  EXPECT_EQ(key("sku"), "GlobalStandard");
  EXPECT_EQ(key("cost_basis"), "unpriced");
  EXPECT_EQ(key("cost_reason"), "no_prices");
  EXPECT_EQ(key("price_id"), "");
  EXPECT_EQ(key("tags"), R"({"a:b":"c","cost_center":"4711"})");
  EXPECT_EQ(key("hour"), "2026-09-21T23:00Z");
  EXPECT_EQ(key("day"), "2026-09-21");
  EXPECT_EQ(key("week"), "2026-W39");
  EXPECT_EQ(key("month"), "2026-09");
  EXPECT_EQ(key("tag:cost_center"), "4711");
  EXPECT_EQ(key("tag:a:b"), "c");
  EXPECT_EQ(key("tag:organisation"), "") << "a record without the tag";
}

TEST(UsageGroups, TimesAreThoseOfTheZone) {
  EXPECT_EQ(key("hour", "Europe/Berlin"), "2026-09-22T01:00+02:00");
  EXPECT_EQ(key("day", "Europe/Berlin"), "2026-09-22");
  EXPECT_EQ(key("hour", "America/St_Johns"), "2026-09-21T21:00-02:30");
}

TEST(UsageGroups, AClientsOwnWordsAreInNoRollup) {
  const auto in_rollups = [](const std::string& name) {
    return UsageGroups::parse(std::vector<std::string>{"client", name})->in_rollups();
  };
  EXPECT_TRUE(in_rollups("tag:cost_center"));
  EXPECT_TRUE(in_rollups("day"));
  EXPECT_FALSE(in_rollups("requested_model"));
  EXPECT_FALSE(in_rollups("ip"));
}

TEST(UsageGroups, KeepTheirOrder) {
  const std::vector<std::string> names{"tag:x", "model", "client"};
  const auto groups = UsageGroups::parse(names);
  EXPECT_EQ(groups->names(), names);
  EXPECT_EQ(groups->place_of_model(), 1U);
  EXPECT_EQ(groups->tags(), (std::map<std::string, std::size_t>{{"x", 0}}));
  EXPECT_EQ(UsageGroups::parse(std::vector<std::string>{"client"})->place_of_model(), std::nullopt);
}

TEST(UsageGroups, ALabelStandsInPlaceOfTheFirstThatIsNoTime) {
  const auto labelled = [](const std::vector<std::string>& names,
                           const std::vector<std::string>& keys) {
    return UsageGroups::parse(names)->labelled(keys, "(x)");
  };
  using Keys = std::vector<std::string>;
  EXPECT_EQ(labelled({"client", "deployment"}, {"", "ptu"}), (Keys{"(x)", "ptu"}));
  EXPECT_EQ(labelled({"day", "deployment"}, {"2026-11-01", "ptu"}), (Keys{"2026-11-01", "(x)"}));
  EXPECT_EQ(labelled({"month", "day"}, {"2026-11", "2026-11-01"}), (Keys{"(x)", ""}));
}

TEST(UsageGroups, SayAllThatIsNoneAndWhatThereIs) {
  for (const char* const bad : {"", "colour", "tag", "tag:", "client:", "client:x", ":", "Client",
                                "1; DROP TABLE records"}) {
    const auto groups = UsageGroups::parse(std::vector<std::string>{"client", bad});
    ASSERT_TRUE(groups.has_error()) << bad;
    EXPECT_EQ(groups.error().code, Errc::invalid_input);
  }
  EXPECT_TRUE(UsageGroups::parse({}).has_error());
  EXPECT_EQ(
      UsageGroups::parse(std::vector<std::string>{"a", "client", "tag:"}).error().message,
      "cannot group by a, tag:: use client, model, requested_model, ip, deployment, backend, "
      "region, backend_tier, operation, basis, reason, outcome, service_tier, sku, cost_basis, "
      "cost_reason, price_id, tags, hour, day, week, month or tag:NAME");
}

TEST(UsageGroups, AColumnStandsOnce) {
  const std::vector<std::string> twice{"client", "model", "client"};
  const auto parsed = UsageGroups::parse(twice);
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().message, "cannot group by client twice");
  EXPECT_TRUE(UsageGroups::parse(std::vector<std::string>{"tag:a", "tag:b"}));
}

}  // namespace
}  // namespace tollgate::reports
