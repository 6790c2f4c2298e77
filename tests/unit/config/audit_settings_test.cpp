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

const char* const kAuditKey = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

SecretSources audit_secrets() {
  return fake_secrets({{"NEW", kAuditKey},
                       {"OLD", "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="},
                       {"SHORT", "AAAA"}});
}

/// kMinimal, with settings of its first client, and of the trail.
std::string with_audit(const std::string& client, const std::string& audit) {
  std::string out = kMinimal;
  const std::string name = "name: retail";
  if (!client.empty())
    out.insert(out.find('\n', out.find(name)) + 1, "    audit: " + client + "\n");
  return out + audit;
}

TEST(AuditSettings, NothingIsKeptUnlessItIsAskedFor) {
  const Config config = loaded(kMinimal);
  EXPECT_EQ(config.audit.level, AuditLevel::off);
  EXPECT_FALSE(config.clients.at(0).audit.level);
  EXPECT_EQ(config.audit.on_failure, OnFailure::fail_open);
}

TEST(AuditSettings, AClientSaysItShortlyOrWithReasonAndEnd) {
  const std::string trail = "audit: {encryption: {keys: [{env: NEW}, {env: OLD}]}}\n";
  const Config brief = loaded(with_audit("redacted", trail), audit_secrets());
  EXPECT_EQ(brief.clients.at(0).audit.level, AuditLevel::redacted);
  EXPECT_EQ(brief.audit.encryption_keys.size(), 2U);
  EXPECT_EQ(brief.audit.encryption_keys.front().reveal(), kAuditKey);
  const Config full =
      loaded(with_audit("{level: full, reason: incident 4711, until: 2026-12-31, sample: 0.5, "
                        "on_failure: fail_closed}",
                        trail),
             audit_secrets());
  const AuditChoice& choice = full.clients.at(0).audit;
  EXPECT_EQ(choice.level, AuditLevel::full);
  EXPECT_EQ(choice.reason, "incident 4711");
  EXPECT_EQ(choice.until, from_rfc3339("2027-01-01T00:00:00Z"));
  EXPECT_EQ(choice.sample, 0.5);
  EXPECT_EQ(choice.on_failure, OnFailure::fail_closed);
}

TEST(AuditSettings, FullNeedsItsReasonItsEndAndTheLongForm) {
  const std::string trail = "audit: {encryption: {keys: [{env: NEW}]}}\n";
  EXPECT_THAT(
      errors_of(with_audit("full", trail), audit_secrets()),
      ElementsAre(testing::HasSubstr("clients[0].audit must be {level: full, reason: WHY")));
  EXPECT_THAT(errors_of(with_audit("{level: full}", trail), audit_secrets()),
              ElementsAre(testing::HasSubstr("full needs a reason"),
                          testing::HasSubstr("full needs an end: until")));
  EXPECT_THAT(
      errors_of(with_audit("{level: full, reason: x, until: soon}", trail), audit_secrets()),
      ElementsAre(testing::HasSubstr("until must be a date such as 2026-12-31")));
  EXPECT_THAT(errors_of(with_audit("", "audit: {level: full}\n")),
              ElementsAre(testing::HasSubstr("audit needs encryption.keys"),
                          testing::HasSubstr("audit.level must not be full")));
}

TEST(AuditSettings, WhatIsKeptNeedsAKeyOf32Bytes) {
  EXPECT_THAT(errors_of(with_audit("metadata", "audit: {sample: 0.5}\n")),
              ElementsAre(testing::HasSubstr("audit needs encryption.keys")));
  EXPECT_THAT(errors_of(with_audit("metadata", "")),
              ElementsAre(testing::HasSubstr("audit needs encryption.keys")));
  EXPECT_THAT(errors_of(with_audit("metadata", "audit: {encryption: {keys: [{env: SHORT}]}}\n"),
                        audit_secrets()),
              testing::Contains(testing::HasSubstr("keys[0] must be 32 bytes in base64")));
  EXPECT_THAT(errors_of(with_audit("metadata", "audit: {encryption: {keys: [{env: NO}]}}\n"),
                        audit_secrets()),
              testing::Contains(
                  testing::HasSubstr("keys[0].env names an environment variable that is not set")));
}

TEST(AuditSettings, TheTrailStandsBesideTheLedgerAndGoesToATableOfItsOwn) {
  const Config config = loaded(with_audit("", R"(audit:
  exporters:
    azure_monitor:
      {endpoint: "https://x.example", rule_id: dcr-00000000000000000000000000000001,
       credential: {managed_identity: {}}}
)"));
  EXPECT_EQ(config.audit.path,
            std::string(config.ledger.path, 0, config.ledger.path.rfind('/') + 1) + "audit.db");
  ASSERT_EQ(config.audit.exporters.size(), 1U);
  EXPECT_EQ(std::get<AzureMonitor>(config.audit.exporters[0].kind).stream,
            "Custom-TollgateAudit_CL");
}

}  // namespace
}  // namespace tollgate::config
