// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "names.hpp"

#include <gtest/gtest.h>

#include "tollgate/redis/call.hpp"

namespace tollgate::shared_quotas {
namespace {

using quotas::Scope;

quotas::LimitKey key_of(quotas::Subject subject) {
  quotas::LimitKey out;
  out.subject = std::move(subject);
  out.measure = quotas::Measure::tokens;
  out.period = quotas::Period::month;
  return out;
}

TEST(Names, ACountIsNamedByItsLimitAndWindow) {
  const quotas::Window window{*from_rfc3339("2026-12-01T00:00:00Z"),
                              *from_rfc3339("2027-01-01T00:00:00Z")};
  EXPECT_EQ(count_name("tollgate:", key_of({Scope::client, "retail", {}}), window),
            "tollgate:q1:{c:retail}:tokens:month:1796083200");
  quotas::LimitKey weighted = key_of({Scope::client_model, "retail", "gpt-4o"});
  weighted.count = quotas::TokenCount::weighted;
  weighted.period = quotas::Period::minute;
  EXPECT_EQ(count_name("", weighted, std::nullopt),
            "q1:{c:retail}:m:gpt-4o:tokens-weighted-1000-1000-1000:minute");
  EXPECT_EQ(slot_tag({Scope::gateway, {}, {}}), "g");
  EXPECT_EQ(slot_tag({Scope::deployment, "east", "gpt"}), "d:east/gpt");
}

TEST(Names, WhateverSubjectsAreCalledKeysOfOneAreOfOneSlotAndOfTwoAreTwo) {
  const std::string a = count_name("", key_of({Scope::tag, "a}", "b"}), std::nullopt);
  const std::string b = count_name("", key_of({Scope::tag, "a", "}b"}), std::nullopt);
  EXPECT_NE(a, b);
  const std::string odd = "x}{y/%=\xC3\xA4";
  const auto whole = count_name("", key_of({Scope::client, odd, {}}), std::nullopt);
  const auto of_model = count_name("", key_of({Scope::client_model, odd, "m}"}), std::nullopt);
  EXPECT_EQ(redis::slot_of(whole), redis::slot_of(of_model));
  EXPECT_EQ(redis::slot_of(whole), redis::slot_of("{c:" + escaped(odd) + "}"));
  EXPECT_NE(slot_tag({Scope::tag, "a=b", "c"}), slot_tag({Scope::tag, "a", "b=c"}));
}

TEST(Names, AProcessIsReadBackAsItWasWritten) {
  const Process process{"gate@way/1 ä", 1'796'083'200'000'000, 8};
  EXPECT_EQ(process_of(member_of(process)), process);
  EXPECT_EQ(gateway_of(to_text(process)), process.gateway);
  for (const char* const text : {"", "a", "a@1", "a@x/1", "a@1/", "a/1@2"})
    EXPECT_FALSE(process_of(text)) << text;
}

}  // namespace
}  // namespace tollgate::shared_quotas
