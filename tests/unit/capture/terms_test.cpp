// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/capture/terms.hpp"

#include <gtest/gtest.h>

namespace tollgate::capture {
namespace {

using config::AuditLevel;

const UtcTime kNow{seconds(1'794'000'000)};

AuditLevel level(AuditLevel all, std::optional<AuditLevel> client,
                 std::optional<AuditLevel> model = std::nullopt) {
  config::Audit audit;
  audit.level = all;
  config::AuditChoice choice;
  choice.level = client;
  choice.until = kNow + seconds(1);
  return terms_for(audit, choice, model, kNow).level;
}

TEST(Terms, AClientsOwnWordGoesBeforeWhatIsSaidForAll) {
  EXPECT_EQ(level(AuditLevel::redacted, std::nullopt), AuditLevel::redacted);
  EXPECT_EQ(level(AuditLevel::redacted, AuditLevel::off), AuditLevel::off);
  EXPECT_EQ(level(AuditLevel::off, AuditLevel::metadata), AuditLevel::metadata);
  EXPECT_EQ(level(AuditLevel::off, AuditLevel::full), AuditLevel::full);
}

TEST(Terms, AModelOnlyLowersIt) {
  EXPECT_EQ(level(AuditLevel::off, AuditLevel::full, AuditLevel::metadata), AuditLevel::metadata);
  EXPECT_EQ(level(AuditLevel::metadata, std::nullopt, AuditLevel::full), AuditLevel::metadata);
  EXPECT_EQ(level(AuditLevel::redacted, std::nullopt, AuditLevel::off), AuditLevel::off);
}

TEST(Terms, FullEndsAtItsTime) {
  config::AuditChoice choice;
  choice.level = AuditLevel::full;
  EXPECT_EQ(terms_for({}, choice, {}, kNow).level, AuditLevel::redacted) << "without an end";
  choice.until = kNow;
  EXPECT_EQ(terms_for({}, choice, {}, kNow).level, AuditLevel::redacted);
  EXPECT_EQ(terms_for({}, choice, {}, kNow - seconds(1)).level, AuditLevel::full);
}

TEST(Terms, SampleAndPolicyAreTheClientsWhereItHasThem) {
  config::Audit all;
  all.sample = 0.5;
  all.level = AuditLevel::redacted;
  config::AuditChoice choice;
  EXPECT_EQ(terms_for(all, choice, {}, kNow).sample, 0.5);
  EXPECT_FALSE(terms_for(all, choice, {}, kNow).waits());
  choice.sample = 0.1;
  choice.on_failure = config::OnFailure::fail_closed;
  EXPECT_EQ(terms_for(all, choice, {}, kNow).sample, 0.1);
  EXPECT_TRUE(terms_for(all, choice, {}, kNow).waits());
  choice.level = AuditLevel::off;
  EXPECT_FALSE(terms_for(all, choice, {}, kNow).waits()) << "nothing to wait for";
}

TEST(Terms, TheReasonOfFullGoesWithIt) {
  config::AuditChoice choice;
  choice.level = AuditLevel::full;
  choice.reason = "incident 4711";
  choice.until = kNow + seconds(1);
  EXPECT_EQ(terms_for({}, choice, {}, kNow).reason, "incident 4711");
  EXPECT_EQ(terms_for({}, choice, AuditLevel::redacted, kNow).reason, "");
  EXPECT_EQ(terms_for({}, choice, {}, kNow + seconds(1)).reason, "");
}

}  // namespace
}  // namespace tollgate::capture
