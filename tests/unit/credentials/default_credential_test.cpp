// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "settings_fixture.hpp"

namespace tollgate::credentials {
namespace {

using Environment = std::map<std::string, std::string>;

const Environment kIds{{"AZURE_TENANT_ID", kTenant}, {"AZURE_CLIENT_ID", kClient}};
const Environment kSecret{{"AZURE_CLIENT_SECRET", "s"}};
const Environment kCertificate{{"AZURE_CLIENT_CERTIFICATE_PATH", "/c.pem"}};
const Environment kFederated{{"AZURE_FEDERATED_TOKEN_FILE", "/t"}};

Environment together(std::initializer_list<Environment> parts) {
  Environment out;
  for (const Environment& part : parts) out.insert(part.begin(), part.end());
  return out;
}

Environment wanting(const std::string& credentials) {
  return {{"AZURE_TOKEN_CREDENTIALS", credentials}};
}

Settings settings_with(const Environment& environment) {
  Settings settings;
  settings.environment = environment;
  settings.files = {{"/c.pem", "-----BEGIN PRIVATE KEY-----\n"}};
  settings.backend_credential = "{default: {}}";
  return settings;
}

struct Choice {
  Environment environment;
  config::Credential credential;
  const char* reason;
};

TEST(DefaultCredential, FollowsAzuresOrder) {
  const config::Credential secret = config::ClientSecretCredential{kTenant, kClient, Secret("s")};
  const config::Credential certificate = config::ClientCertificateCredential{
      .tenant_id = kTenant, .client_id = kClient, .certificate = "/c.pem"};
  const config::Credential federated = config::WorkloadIdentityCredential{kTenant, kClient, "/t"};
  const config::Credential system = config::ManagedIdentityCredential{};
  const config::Credential assigned = config::ManagedIdentityCredential{kClient, "", ""};
  const char* const by_secret =
      "client_secret: AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET are set";
  const char* const by_certificate =
      "client_certificate: AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_CERTIFICATE_PATH are "
      "set";
  const char* const by_federation =
      "workload_identity: AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_FEDERATED_TOKEN_FILE are set";
  const char* const by_host = "managed_identity: no application is in the environment";
  const char* const by_named =
      "managed_identity: no application is in the environment, AZURE_CLIENT_ID names the identity";
  const char* const by_wish =
      "managed_identity: AZURE_TOKEN_CREDENTIALS asks for it, AZURE_CLIENT_ID names the identity";
  const Choice choices[] = {
      {together({kIds, kSecret, kCertificate, kFederated}), secret, by_secret},
      {together({kIds, kCertificate, kFederated}), certificate, by_certificate},
      {together({kIds, kFederated}), federated, by_federation},
      {kIds, assigned, by_named},
      {{}, system, by_host},
      {together({kSecret, kFederated}), system, by_host},  // without ids they are worth nothing
      {together({kIds, kFederated, wanting(" prod ")}), federated, by_federation},
      {together({kIds, kSecret, kFederated, wanting("WorkloadIdentityCredential")}), federated,
       by_federation},
      {together({kIds, kSecret, kFederated, wanting("managedidentitycredential")}), assigned,
       by_wish},
      {together({kIds, kSecret, kFederated, wanting("EnvironmentCredential")}), secret, by_secret}};
  for (const Choice& expected : choices) {
    const config::LoadResult loaded = settings_with(expected.environment).load();
    ASSERT_TRUE(loaded.config) << config::format_errors(expected.reason, loaded.errors);
    EXPECT_TRUE(loaded.config->backends[0].credential ==
                config::Credential(config::DefaultCredential{}));
    const config::DefaultChoice& choice = loaded.config->identity.default_choice.value();
    EXPECT_TRUE(choice.credential == expected.credential) << choice.reason;
    EXPECT_EQ(choice.reason, expected.reason);
  }
}

TEST(DefaultCredential, WhatCannotBeDecidedIsSaidBeforeAnythingStarts) {
  const std::pair<Environment, const char*> cases[] = {
      {wanting("dev"),
       "AZURE_TOKEN_CREDENTIALS asks for a developer's own login, which a gateway does not use"},
      {wanting("AzureCliCredential"),
       "AZURE_TOKEN_CREDENTIALS asks for a developer's own login, which a gateway does not use"},
      {wanting("production"), "AZURE_TOKEN_CREDENTIALS must be prod or the name of one credential"},
      {together({kIds, wanting("EnvironmentCredential")}),
       "AZURE_TOKEN_CREDENTIALS asks for EnvironmentCredential, but its variables are not all set"},
      {together({kIds, kSecret, wanting("WorkloadIdentityCredential")}),
       "AZURE_TOKEN_CREDENTIALS asks for WorkloadIdentityCredential, but its variables are not all "
       "set"},
      {together({kSecret, {{"AZURE_TENANT_ID", "contoso"}, {"AZURE_CLIENT_ID", kClient}}}),
       "AZURE_TENANT_ID must be a GUID"},
      {{{"AZURE_CLIENT_ID", "me"}}, "AZURE_CLIENT_ID must be a GUID"}};
  for (const auto& [environment, message] : cases) {
    EXPECT_EQ(
        settings_with(environment).errors(),
        std::string("5: backends[0].credential.default cannot be decided: ") + message + "\n");
  }
}

TEST(DefaultCredential, TheEnvironmentsCertificateIsLookedAtLikeAnyOther) {
  Settings settings = settings_with(together({kIds, kCertificate}));
  settings.files.clear();
  EXPECT_EQ(settings.errors(),
            "5: backends[0].credential.default cannot be used: AZURE_CLIENT_CERTIFICATE_PATH names "
            "a file that cannot be read, is empty, or that others may read: /c.pem\n");
}

TEST(DefaultCredential, AnEnvironmentThatNobodyUsesIsNobodysError) {
  Settings settings = settings_with(wanting("dev"));
  settings.backend_credential = "{api_key: {env: KEY}}";
  EXPECT_EQ(settings.errors(), "");
}

}  // namespace
}  // namespace tollgate::credentials
