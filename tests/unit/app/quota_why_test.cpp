// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "quota_why.hpp"

#include <gtest/gtest.h>

#include "refusal_tally.hpp"

namespace tollgate::app {
namespace {

const UtcTime kMinute = *from_rfc3339("2026-11-30T10:00:00Z");

usage::RefusalRow refused(const std::string& client, std::int64_t requests,
                          UtcTime minute = kMinute) {
  usage::RefusalRow out;
  out.minute = minute;
  out.client = client;
  out.model = "gpt-4o";
  out.scope = "client";
  out.subject = "client " + client;
  out.limit = "500 of cost per month";
  out.reason = "exhausted";
  out.requests = requests;
  return out;
}

usage::UsageRecord throttled(const std::string& client, int told) {
  usage::UsageRecord out;
  out.record_id = make_uuid_v7(kMinute);
  out.event_time = kMinute;
  out.client_name = client;
  out.status_code = told;
  out.attempts.push_back({.backend = "east", .deployment = "chat", .status = 429});
  out.attempts.back().retry_after_ms = 7000;
  if (told == 200) out.attempts.push_back({.backend = "west", .deployment = "chat", .status = 200});
  return out;
}

TEST(QuotaWhy, TellsOursFromAzures) {
  Why why("a");
  why.add(refused("a", 3));
  why.add(refused("a", 4, kMinute + std::chrono::minutes(5)));
  why.add(refused("b", 9));
  why.add(throttled("a", 429));
  why.add(throttled("a", 200));
  why.add(throttled("b", 429));
  const auto limits = nlohmann::json::parse(
      R"({"limits":[{"name":"cost/month","limit":"client a: 500 of cost per month","amount":"500",
      "used":"499","reserved":"0","left":"1","window_end":"2026-12-01T00:00:00.000000Z"}]})");
  const auto routes = nlohmann::json::parse(
      R"({"models":[{"model":"gpt-4o","targets":[{"backend":"east","deployment":"chat",
      "state":"resting","available_in_ms":4000}]}]})");
  const auto told = why.json(limits, routes);
  ASSERT_EQ(told["causes"].size(), 2U);
  EXPECT_EQ(told["causes"][0]["whose"], "ours");
  EXPECT_EQ(told["causes"][0]["requests"], 7);
  EXPECT_EQ(told["causes"][0]["first_minute"], "2026-11-30T10:00Z");
  EXPECT_EQ(told["causes"][0]["last_minute"], "2026-11-30T10:05Z");
  EXPECT_EQ(told["causes"][0]["now"]["left"], "1");
  EXPECT_EQ(told["causes"][1]["whose"], "azure");
  EXPECT_EQ(told["causes"][1]["operations"], 2);
  EXPECT_EQ(told["causes"][1]["told_to_the_client"], 1);
  EXPECT_EQ(told["causes"][1]["retry_after_ms"], 7000);
  EXPECT_EQ(told["causes"][1]["now"]["state"], "resting");
  const std::string text = why_text(told);
  EXPECT_NE(text.find("OURS   client a: 500 of cost per month\n"), text.npos) << text;
  EXPECT_NE(text.find("7 requests refused (exhausted), 2026-11-30T10:00Z to 2026-11-30T10:05Z"),
            text.npos);
  EXPECT_NE(text.find("now: 499 used, 0 reserved, 1 left of 500, until 2026-12-01T00:00:00Z"),
            text.npos);
  EXPECT_NE(text.find("AZURE  east/chat\n       2 operations throttled, 1 told to the client"),
            text.npos);
}

TEST(QuotaWhy, SaysWhatItCannotKnow) {
  const auto told = Why("a").json(nullptr, nullptr);
  EXPECT_TRUE(told["causes"].empty());
  const std::string text = why_text(told);
  EXPECT_EQ(text.find("Neither a limit nor a backend refused a."), 0U);
  EXPECT_NE(text.find("No gateway answered"), text.npos);
}

TEST(QuotaWhy, WhatADeploymentsLimitRefusedMayHaveBeenAnybodys) {
  Why why("a");
  usage::RefusalRow row = refused("", 2);
  why.add(row);
  row.scope = "deployment";
  row.subject = "deployment east/chat";
  why.add(row);
  const auto told = why.json(nullptr, nullptr);
  ASSERT_EQ(told["causes"].size(), 1U);
  EXPECT_EQ(told["causes"][0]["limit"], "deployment east/chat: 500 of cost per month");
}

TEST(RefusalTally, KeepsOneOfEachAndPutsTheRestTogether) {
  RefusalTally tally;
  for (std::size_t i = 0; i < RefusalTally::kMost + 5; ++i)
    tally.add(refused("c" + std::to_string(i), 1));
  tally.add(refused("c7", 1));
  const auto rows = tally.take();
  EXPECT_TRUE(tally.empty());
  EXPECT_EQ(rows.size(), RefusalTally::kMost + 1);
  std::int64_t sum = 0;
  for (const usage::RefusalRow& row : rows) {
    sum += row.requests;
    const bool others = row.subject == usage::kOtherRefusals;
    const std::int64_t twice = row.client == "c7" ? 2 : 1;
    EXPECT_EQ(row.requests, others ? 5 : twice);
  }
  EXPECT_EQ(sum, static_cast<std::int64_t>(RefusalTally::kMost) + 6);
}

}  // namespace
}  // namespace tollgate::app
