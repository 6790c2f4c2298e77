// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "settings_fixture.hpp"

namespace tollgate::credentials {
namespace {

const std::string kIds = "tenant_id: " + kTenant + ", client_id: " + kClient;
const std::string kKeyFile = "-----BEGIN PRIVATE KEY-----\n";

config::Credential credential_of(const Settings& settings) {
  const config::LoadResult loaded = settings.load();
  EXPECT_EQ(config::format_errors("", loaded.errors), "");
  return loaded.config.value().backends.at(0).credential;
}

TEST(CredentialSettings, EveryKindIsReadWhole) {
  Settings settings{.files = {{"/c.pem", kKeyFile}, {"/k.pem", kKeyFile}}};
  const auto expect = [&](const std::string& yaml, const config::Credential& credential) {
    settings.backend_credential = yaml;
    EXPECT_TRUE(credential_of(settings) == credential) << yaml;
  };
  expect("{api_key: {env: KEY}}", config::ApiKeyCredential{Secret("k")});
  expect("{client_secret: {" + kIds + ", secret: {env: KEY}}}",
         config::ClientSecretCredential{kTenant, kClient, Secret("k")});
  expect("{client_certificate: {" + kIds + ", certificate: /c.pem}}",
         config::ClientCertificateCredential{kTenant, kClient, "/c.pem", "",
                                             config::AssertionAlgorithm::ps256, false});
  expect("{client_certificate: {" + kIds +
             ", certificate: /public.pem, private_key: /k.pem, "
             "algorithm: RS256, send_certificate_chain: true}}",
         config::ClientCertificateCredential{kTenant, kClient, "/public.pem", "/k.pem",
                                             config::AssertionAlgorithm::rs256, true});
  expect("{managed_identity: {}}", config::ManagedIdentityCredential{});
  expect("{managed_identity: {client_id: " + kClient + "}}",
         config::ManagedIdentityCredential{kClient, "", ""});
  expect("{managed_identity: {object_id: " + kClient + "}}",
         config::ManagedIdentityCredential{"", kClient, ""});
  expect("{managed_identity: {resource_id: /subscriptions/s}}",
         config::ManagedIdentityCredential{"", "", "/subscriptions/s"});
  expect("{workload_identity: {" + kIds + ", token_file: /t}}",
         config::WorkloadIdentityCredential{kTenant, kClient, "/t"});
  expect("{default: {}}", config::DefaultCredential{});
  expect("{pass_through: {}}", config::PassThroughCredential{});
}

TEST(CredentialSettings, WorkloadIdentityTakesFromTheEnvironmentWhatTheFileLeavesOut) {
  const std::string other = "cccccccc-0000-4000-8000-000000000003";
  Settings settings{.environment = {{"AZURE_TENANT_ID", kTenant},
                                    {"AZURE_CLIENT_ID", kClient},
                                    {"AZURE_FEDERATED_TOKEN_FILE", "/var/run/token"}},
                    .backend_credential = "{workload_identity: {}}"};
  EXPECT_TRUE(credential_of(settings) == config::Credential(config::WorkloadIdentityCredential{
                                             kTenant, kClient, "/var/run/token"}));
  settings.backend_credential = "{workload_identity: {client_id: " + other + "}}";
  EXPECT_TRUE(credential_of(settings) == config::Credential(config::WorkloadIdentityCredential{
                                             kTenant, other, "/var/run/token"}));
}

TEST(CredentialSettings, AllThatIsWrongWithACredentialIsSaidTogether) {
  Settings settings{.files = {{"/encrypted.pem", "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"}}};
  const auto errors = [&](const std::string& yaml) {
    settings.backend_credential = yaml;
    return settings.errors();
  };
  const std::string at = "5: backends[0].credential.";
  EXPECT_EQ(errors("{client_certificate: {tenant_id: x, certificat: /c.pem, algorithm: ES256}}"),
            at + "client_certificate needs client_id\n" + at +
                "client_certificate needs certificate\n" + at +
                "client_certificate.tenant_id must be a GUID\n" + at +
                "client_certificate.certificat is unknown; did you mean certificate?\n" + at +
                "client_certificate.algorithm must be PS256 or RS256\n");
  const std::string unreadable =
      "names a file that cannot be read, is empty, or that others may read: ";
  EXPECT_EQ(errors("{client_certificate: {" + kIds + ", certificate: /c.pem}}"),
            at + "client_certificate.certificate " + unreadable + "/c.pem\n");
  EXPECT_EQ(
      errors("{client_certificate: {" + kIds + ", certificate: /public.pem, private_key: /k.pem}}"),
      at + "client_certificate.private_key " + unreadable + "/k.pem\n");
  EXPECT_EQ(errors("{client_certificate: {" + kIds + ", certificate: /encrypted.pem}}"),
            at + "client_certificate.certificate names a file without an unencrypted PEM private "
                 "key: /encrypted.pem\n");
  EXPECT_EQ(
      errors("{workload_identity: {tokenfile: /t}}"),
      at + "workload_identity needs tenant_id, because AZURE_TENANT_ID is not set\n" + at +
          "workload_identity needs client_id, because AZURE_CLIENT_ID is not set\n" + at +
          "workload_identity needs token_file, because AZURE_FEDERATED_TOKEN_FILE is not set\n" +
          at + "workload_identity.tokenfile is unknown; did you mean token_file?\n");
  EXPECT_EQ(errors("{managed_identity: {client_id: " + kClient + ", object_id: " + kClient + "}}"),
            at + "managed_identity needs at most one of client_id, object_id and resource_id\n");
  EXPECT_EQ(errors("{pass_through: {scope: x}}"), at + "pass_through.scope is unknown\n");
  const std::string one = "5: backends[0].credential needs exactly one kind of credential\n";
  EXPECT_EQ(errors("{}"), one);
  EXPECT_EQ(errors("{default: {}, pass_through: {}}"), one);
  EXPECT_EQ(errors("{workload_identiti: {}}"),
            one + at + "workload_identiti is unknown; did you mean workload_identity?\n");
}

TEST(CredentialSettings, ACommandThatSendsNothingNeedsNothingOfTheHost) {
  for (const char* kind : {"workload_identity: {}", "default: {}",
                           "client_certificate: {tenant_id: "
                           "bbbbbbbb-0000-4000-8000-000000000002, client_id: "
                           "eeeeeeee-0000-4000-8000-000000000001, certificate: /c.pem}"}) {
    Settings settings{
        .environment = {{"AZURE_TOKEN_CREDENTIALS", "dev"}, {"AZURE_AUTHORITY_HOST", "x"}},
        .backend_credential = std::string("{") + kind + "}"};
    EXPECT_NE(settings.errors(), "");
    settings.on_host = false;
    EXPECT_EQ(settings.errors(), "");
  }
}

TEST(CredentialSettings, AzureMonitorTakesTheGatewaysOwnTokensOnly) {
  for (const char* kind : {"api_key: {env: KEY}", "pass_through: {}"}) {
    Settings settings;
    settings.monitor_credential = std::string("{") + kind + "}";
    const std::string key = std::string(kind).substr(0, std::string(kind).find(':'));
    EXPECT_EQ(settings.errors(), "9: exporters.azure_monitor.credential." + key +
                                     " cannot be used here: what is sent there is proven by Entra "
                                     "tokens of the gateway's own\n");
  }
}

TEST(IdentitySettings, TheAuthorityComesFromTheNearestThatNamesOne) {
  Settings settings;
  const auto authority = [&] { return settings.load().config.value().identity.authority; };
  EXPECT_EQ(authority(), "https://login.microsoftonline.com");
  const std::string entra = "authentication: {entra: {tenants: [" + kTenant +
                            "], audiences: [a], authority: \"https://e.example\"}}\n";
  settings.more = entra;
  EXPECT_EQ(authority(), "https://e.example");
  settings.environment = {{"AZURE_AUTHORITY_HOST", "https://host.example/"}};
  EXPECT_EQ(authority(), "https://host.example");
  settings.more = entra + "identity: {authority: \"https://own.example\"}\n";
  EXPECT_EQ(authority(), "https://own.example");
}

TEST(IdentitySettings, AnAuthorityMustBeHttps) {
  Settings settings;
  settings.environment = {{"AZURE_AUTHORITY_HOST", "http://host.example/"}};
  EXPECT_EQ(settings.errors(), "1: AZURE_AUTHORITY_HOST must begin with https://\n");
  settings.environment = {{"AZURE_AUTHORITY_HOST", "http://127.0.0.1:9"}};
  EXPECT_EQ(settings.errors(), "");
}

TEST(IdentitySettings, TheHostsEnvironmentIsReadOnceWithTheConfiguration) {
  Settings settings;
  settings.environment = {{"IDENTITY_ENDPOINT", "http://i"},
                          {"IDENTITY_HEADER", "h"},
                          {"IMDS_ENDPOINT", "http://a"},
                          {"MSI_ENDPOINT", "http://m"},
                          {"MSI_SECRET", "s"},
                          {"AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://p/"}};
  const config::Identity identity = settings.load().config.value().identity;
  EXPECT_EQ(identity.imds_endpoint, "http://p");
  EXPECT_EQ(identity.environment.identity_endpoint, "http://i");
  EXPECT_TRUE(identity.environment.identity_header.equals("h"));
  EXPECT_EQ(identity.environment.imds_endpoint, "http://a");
  EXPECT_EQ(identity.environment.msi_endpoint, "http://m");
  EXPECT_TRUE(identity.environment.msi_secret.equals("s"));
}

}  // namespace
}  // namespace tollgate::credentials
