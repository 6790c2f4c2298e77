// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include "tollgate/base/time.hpp"
#include "tollgate/reconciliation/our_usage.hpp"

// What the tests of the comparison have in common.
namespace tollgate::reconciliation {

inline const Resources& east() {
  static const Resources kEast(
      std::vector<BackendResource>{{"east", "https://east.openai.azure.com", ""}});
  return kEast;
}

/// For comparisons, of what fits.
inline std::int64_t whole(pricing::Int128 number) {
  const auto out = pricing::to_int64(number);
  EXPECT_TRUE(out) << pricing::to_decimal(number, 0);
  return out.value_or(-1);
}

inline Place chat_place() { return {"2026-11-29", "east", "chat"}; }

/// 1,000 tokens in at 2 a million, 100 out at 8.
inline usage::UsageRecord chat_record() {
  usage::UsageRecord out;
  out.event_time = *from_rfc3339("2026-11-29T12:00:00Z");
  out.duration_ms = 900;
  out.operation_id = "ChatCompletions_Create";
  out.backend = "east";
  out.backend_deployment = "chat";
  out.model = "gpt-5.5-2026-01-01";
  out.outcome = usage::Outcome::completed;
  out.usage_basis = usage::UsageBasis::reported;
  out.tokens.prompt = 1'000;
  out.tokens.completion = 100;
  out.cost_basis = usage::CostBasis::priced;
  out.cost_currency = "USD";
  out.cost_components = {{"input", 1'000, "2", 1'000'000, "", 2'000'000},
                         {"output", 100, "8", 1'000'000, "", 800'000}};
  out.attempts = {{"east", "chat", 200, 900, "", "", "", {}, true}};
  return out;
}

}  // namespace tollgate::reconciliation
