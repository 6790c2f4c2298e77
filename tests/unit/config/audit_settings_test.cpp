// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "minimal.hpp"

namespace tollgate::config {
namespace {

using testing::ElementsAre;

std::string with_redaction(const std::string& yaml) {
  return kMinimal + "audit:\n  redaction:\n" + yaml;
}

Config loaded(const std::string& yaml, const SecretSources& secrets = fake_secrets()) {
  LoadResult out = load_text(yaml, secrets);
  EXPECT_TRUE(out.config) << format_errors("", out.errors);
  return out.config.value_or(Config());
}

TEST(AuditSettings, WithoutThemAllRulesApplyAndReplacementsAreNumbered) {
  const Redaction redaction = loaded(kMinimal).audit.redaction;
  EXPECT_TRUE(redaction.rules.rules.empty());
  EXPECT_FALSE(redaction.hmac);
}

TEST(AuditSettings, AreTakenAsTheyStand) {
  const Redaction redaction = loaded(with_redaction(R"(    rules: [email, iban]
    patterns: [{name: badge, regex: 'B-(\d{5})'}]
    allow: [info@example.com, '/.*@example\.org/']
    drop: ['$.messages[*].metadata']
    replacement: {hmac: {env: HMAC}}
)"),
                                     fake_secrets({{"HMAC", "a key to join by"}}))
                                  .audit.redaction;
  EXPECT_THAT(redaction.rules.rules, ElementsAre("email", "iban"));
  ASSERT_EQ(redaction.rules.patterns.size(), 1U);
  EXPECT_EQ(redaction.rules.patterns[0].name, "badge");
  EXPECT_EQ(redaction.rules.patterns[0].regex, R"(B-(\d{5}))");
  EXPECT_THAT(redaction.rules.allow, ElementsAre("info@example.com", R"(/.*@example\.org/)"));
  EXPECT_THAT(redaction.rules.drop, ElementsAre("$.messages[*].metadata"));
  ASSERT_TRUE(redaction.hmac);
  EXPECT_EQ(redaction.hmac->reveal(), "a key to join by");
  EXPECT_THAT(redaction.rules.secrets, ElementsAre(Secret("a key to join by")));
}

TEST(AuditSettings, EveryFaultIsToldWithItsLine) {
  EXPECT_THAT(
      errors_of(with_redaction(R"(    rules:
      - email
      - ibam
    patterns:
      - {name: badge, regex: 'B-\d{5}'}
      - {name: open, regex: '(unclosed'}
      - {name: any, regex: 'x*'}
      - {name: email, regex: 'y'}
    allow: ['/[/']
    drop: ['$.a[0]']
    replacement: hashed
)")),
      ElementsAre(
          "18:9: audit.redaction.rules[1] no rule is named \"ibam\"; did you mean iban?",
          "21:9: audit.redaction.patterns[1] open: not a regular expression of RE2: missing ): "
          "(unclosed",
          "22:9: audit.redaction.patterns[2] any: it could match the empty string, and so be found "
          "everywhere",
          "23:9: audit.redaction.patterns[3] a built-in rule is named \"email\"",
          "24:13: audit.redaction.allow[0] allow /[/: not a regular expression of RE2: missing ]: "
          "[",
          "25:12: audit.redaction.drop[0] \"$.a[0]\" is no path of JSON members",
          "26:18: audit.redaction.replacement must be numbered"));
}

TEST(AuditSettings, TheSecretsOfTheFileAreLookedForUnlessTheyAreTooShort) {
  const std::string yaml =
      minimal_with("credential: {managed_identity: {}}", "credential: {api_key: {env: BACKEND}}");
  const std::string keys = "[{name: a, env: CLIENT}, {name: b, env: SHORT}]";
  std::string with_keys = yaml;
  const std::size_t at = with_keys.find("[{name: primary");
  with_keys.replace(at, with_keys.find('\n', at) - at, keys);
  const Config config = loaded(with_keys, fake_secrets({{"BACKEND", "the backend's key"},
                                                        {"CLIENT", "the client's key"},
                                                        {"SHORT", "short"}}));
  EXPECT_THAT(
      config.audit.redaction.rules.secrets,
      testing::UnorderedElementsAre(Secret("the backend's key"), Secret("the client's key")));
}

TEST(AuditSettings, TheSecretsOfTheHostAreLookedForToo) {
  SecretSources sources = fake_secrets();
  sources.host = fake_secrets({{"AZURE_CLIENT_SECRET", "the host's own"},
                               {"IDENTITY_HEADER", "its header"},
                               {"MSI_SECRET", "its older header"}})
                     .environment;
  EXPECT_THAT(loaded(kMinimal, sources).audit.redaction.rules.secrets,
              testing::UnorderedElementsAre(Secret("the host's own"), Secret("its header"),
                                            Secret("its older header")));
}

}  // namespace
}  // namespace tollgate::config
