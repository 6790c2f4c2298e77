// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "managed_identity.hpp"

#include <gtest/gtest.h>

#include "fake_transport.hpp"
#include "pending.hpp"
#include "temporary_directory.hpp"

namespace tollgate::credentials {
namespace {

const UtcTime kNow{seconds(1'790'000'000)};
const std::string kScope = "https://monitor.azure.com/.default";
constexpr const char* kQuery = "&resource=https%3A%2F%2Fmonitor.azure.com";

config::Identity everything() {
  config::Identity out;
  out.environment.identity_endpoint = "http://localhost:1/msi/token";
  out.environment.identity_header = Secret("header-value");
  out.environment.imds_endpoint = "http://localhost:2";
  out.environment.msi_endpoint = "http://localhost:3/msi/token";
  out.environment.msi_secret = Secret("msi-secret");
  return out;
}

TEST(ManagedIdentity, IsLookedForInTheOrderOfAzuresLibraries) {
  config::HostEnvironment host = everything().environment;
  EXPECT_EQ(find_identity_service(host), IdentityService::app_service);
  host.identity_header = Secret();
  EXPECT_EQ(find_identity_service(host), IdentityService::app_service_2017);
  host.msi_secret = Secret();
  EXPECT_EQ(find_identity_service(host), IdentityService::azure_arc);
  host.imds_endpoint.clear();
  EXPECT_EQ(find_identity_service(host), IdentityService::imds);
  EXPECT_EQ(find_identity_service({}), IdentityService::imds);
}

struct Case {
  IdentityService service;
  config::ManagedIdentityCredential credential;
  std::string url;  ///< empty: refused
  http::Fields fields;
};

TEST(ManagedIdentity, AsksEachServiceInItsOwnWords) {
  const config::ManagedIdentityCredential by_client{.client_id = "c"};
  const config::ManagedIdentityCredential by_object{.object_id = "o"};
  const config::ManagedIdentityCredential by_resource{.resource_id = "/subscriptions/s"};
  const std::string imds =
      std::string("http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01") +
      kQuery;
  const std::string app =
      std::string("http://localhost:1/msi/token?api-version=2019-08-01") + kQuery;
  const std::string old =
      std::string("http://localhost:3/msi/token?api-version=2017-09-01") + kQuery;
  const std::string arc =
      std::string("http://localhost:1/msi/token?api-version=2019-11-01") + kQuery;
  const http::Fields metadata{{"Metadata", "true"}};
  const http::Fields header{{"X-IDENTITY-HEADER", "header-value"}};
  const http::Fields secret{{"secret", "msi-secret"}};
  const Case cases[] = {
      {IdentityService::imds, {}, imds, metadata},
      {IdentityService::imds, by_client, imds + "&client_id=c", metadata},
      {IdentityService::imds, by_object, imds + "&object_id=o", metadata},
      {IdentityService::imds, by_resource, imds + "&msi_res_id=%2Fsubscriptions%2Fs", metadata},
      {IdentityService::app_service, {}, app, header},
      {IdentityService::app_service, by_client, app + "&client_id=c", header},
      {IdentityService::app_service, by_object, app + "&principal_id=o", header},
      {IdentityService::app_service, by_resource, app + "&mi_res_id=%2Fsubscriptions%2Fs", header},
      {IdentityService::app_service_2017, {}, old, secret},
      {IdentityService::app_service_2017, by_client, old + "&clientid=c", secret},
      {IdentityService::app_service_2017, by_object, "", {}},
      {IdentityService::app_service_2017, by_resource, "", {}},
      {IdentityService::azure_arc, {}, arc, metadata},
      {IdentityService::azure_arc, by_client, "", {}}};
  for (const Case& expected : cases) {
    const auto request =
        managed_identity_request(expected.service, expected.credential, everything(), kScope);
    if (expected.url.empty()) {
      ASSERT_FALSE(request);
      EXPECT_EQ(request.error().code, Errc::invalid_input);
      continue;
    }
    ASSERT_TRUE(request) << expected.url;
    EXPECT_EQ(request->method, "GET");
    EXPECT_EQ(request->url, expected.url);
    EXPECT_EQ(request->fields, expected.fields);
  }
}

TEST(ManagedIdentity, ReadsTheAnswerOfTheServiceThatTheEnvironmentPointsTo) {
  FakeTransport transport;
  transport.answer(200,
                   R"({"access_token":"eyJ.app","expires_on":"1790003600","token_type":"Bearer"})");
  const auto fetcher = make_managed_identity_fetcher({}, everything(), kScope, transport);
  const FetchResult token = run(fetcher->fetch(kNow));
  ASSERT_TRUE(token);
  EXPECT_EQ(token->value.reveal(), "eyJ.app");
  EXPECT_EQ(token->expires_at, kNow + seconds(3600));
  EXPECT_EQ(run(fetcher->fetch(kNow)).error().error.message, "nobody answers");
  EXPECT_EQ(transport.requests.size(), 2U);
  EXPECT_EQ(transport.requests[0].url, transport.requests[1].url);
}

TEST(ManagedIdentity, TakesArcsKeysFromTheGivenDirectory) {
  const TemporaryDirectory directory;
  config::Identity identity = everything();
  identity.environment.identity_header = Secret();
  identity.environment.msi_secret = Secret();
  FakeTransport transport;
  transport.answer(401, "", {{"WWW-Authenticate", "Basic realm=" + directory.write("a.key", "k")}});
  transport.answer(200, R"({"access_token":"eyJ.arc","expires_in":"3599"})");
  const auto fetcher =
      make_managed_identity_fetcher({}, identity, kScope, transport, directory.path());
  EXPECT_TRUE(run(fetcher->fetch(kNow)));
}

TEST(ManagedIdentity, AnIdentityThatTheServiceCannotTellApartIsRefusedUnasked) {
  config::Identity identity = everything();
  identity.environment.identity_header = Secret();
  FakeTransport transport;
  const auto fetcher =
      make_managed_identity_fetcher({.object_id = "o"}, identity, kScope, transport);
  EXPECT_EQ(run(fetcher->fetch(kNow)).error().error.code, Errc::invalid_input);
  EXPECT_TRUE(transport.requests.empty());
}

}  // namespace
}  // namespace tollgate::credentials
