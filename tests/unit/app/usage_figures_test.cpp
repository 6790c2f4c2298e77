// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "usage_figures.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace tollgate::app {
namespace {

usage::UsageRecord record() {
  usage::UsageRecord out;
  out.event_time = UtcTime(seconds(1'794'000'000));
  out.record_id = make_uuid_v7(out.event_time);
  out.client_name = "retail";
  out.caller_object_id = "user-1";
  out.caller_ip_address = "192.0.2.7";
  out.end_user = "jane@example.com";
  out.status_code = 200;
  out.tokens.prompt = 7;
  out.tokens.total = 12;
  out.usage_basis = usage::UsageBasis::reported;
  out.duration_ms = 345;
  return out;
}

TEST(UsageFigures, AreARecordsNumbersAndWhatTheyAreWorth) {
  const nlohmann::json figures = nlohmann::json::parse(figures_of(record()));
  EXPECT_EQ(figures.at("PromptTokens"), 7);
  EXPECT_EQ(figures.at("TotalTokens"), 12);
  EXPECT_EQ(figures.at("UsageBasis"), "reported");
  EXPECT_EQ(figures.at("DurationMs"), 345);
  EXPECT_FALSE(figures.contains("CompletionTokens")) << "unknown is not zero";
}

TEST(UsageFigures, SayNothingOfWhoAsked) {
  const std::string figures = figures_of(record());
  for (const char* const word : {"retail", "user-1", "192.0.2.7", "jane"})
    EXPECT_EQ(figures.find(word), std::string::npos) << word;
}

TEST(UsageFigures, ThereAreNoneWithoutALedger) {
  const auto none = read_figures("/nowhere/ledger.db", record().record_id.to_string());
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, Errc::not_found);
}

}  // namespace
}  // namespace tollgate::app
