// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "configured_rules.hpp"

#include <gtest/gtest.h>

namespace tollgate::app {
namespace {

TEST(ConfiguredRules, AreCompiledOnceAndOnlyToLookForSomething) {
  config::Redaction settings;
  settings.rules.rules = {"no such rule"};
  ConfiguredRules rules(settings);
  EXPECT_EQ(rules.without_findings("").value(), "") << "nothing is looked for";
  settings.rules.rules.clear();
  const redaction::Rules* const compiled = rules.compiled().value();
  EXPECT_EQ(rules.without_findings("alice@example.com").value(), "[EMAIL_1]");
  EXPECT_EQ(rules.compiled().value(), compiled);
}

TEST(ConfiguredRules, ThatCannotBeUsedAreTold) {
  config::Redaction settings;
  settings.rules.rules = {"no such rule"};
  ConfiguredRules rules(settings);
  EXPECT_EQ(rules.without_findings("text").error().code, Errc::invalid_input);
  EXPECT_EQ(rules.compiled().error().code, Errc::invalid_input);
}

}  // namespace
}  // namespace tollgate::app
