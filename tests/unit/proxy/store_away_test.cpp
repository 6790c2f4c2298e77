// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "refusal.hpp"

namespace tollgate::proxy {
namespace {

using testing::HasSubstr;

TEST(StoreAway, IsA503ThatSaysWhenToAskAgain) {
  quotas::Rule rule;
  rule.subject = {quotas::Scope::client, "retail", {}};
  rule.limit.amount = 60;
  quotas::Exceeded exceeded;
  exceeded.kind = quotas::Exceeded::Kind::store_away;
  exceeded.rule = std::make_shared<const quotas::Rule>(rule);
  exceeded.wait = seconds(1);
  const Refusal refusal = refusal_for_quota(exceeded, {}, "");
  EXPECT_EQ(refusal.status, 503);
  EXPECT_EQ(refusal.code, "quota_store_unavailable");
  EXPECT_EQ(refusal.type, "server_error");
  EXPECT_THAT(refusal.message, HasSubstr("The limit of client retail: 60 requests per minute."));
  EXPECT_THAT(refusal.extra_fields, HasSubstr("Retry-After: 1\r\n"));
}

}  // namespace
}  // namespace tollgate::proxy
