// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <filesystem>

#include "client_certificate.hpp"
#include "client_secret.hpp"
#include "entra.hpp"
#include "imds.hpp"
#include "jws.hpp"
#include "managed_identity.hpp"
#include "pending.hpp"
#include "temporary_directory.hpp"
#include "tollgate/http/client_transport.hpp"
#include "workload_identity.hpp"

namespace tollgate::credentials {
namespace {

using nlohmann::json;

const std::string kScope = "https://cognitiveservices.azure.com/.default";

/// Keeps the last request and sends it on; or sends another one in its place.
class RecordingTransport : public http::Transport {
 public:
  explicit RecordingTransport(http::Transport& real) : real_(real) {}
  boost::asio::awaitable<Result<http::ClientResponse>> send(http::ClientRequest request) override {
    if (replay) request.body = last.body;
    last = request;
    return real_.send(std::move(request));
  }

  http::ClientRequest last;
  bool replay = false;

 private:
  http::Transport& real_;
};

/// Entra and the managed identity endpoints on loopback, made once: their keys take a while.
struct SimulatedAzure {
  SimulatedAzure() {
    entra.set_base(url_of(entra_server));
    imds.set_key_directory(directory.path());
    entra.register_proofs(directory.path());
    entra_server.start();
    imds_server.start();
    sweep.start();
  }

  static std::string url_of(const simulator::HttpServer& server) {
    return "http://127.0.0.1:" + std::to_string(server.port());
  }

  template <class Service>
  simulator::Handler serve(Service& service) {
    return [&service](const simulator::Request& request, simulator::Wire& wire) {
      return service.handle(request, wire);
    };
  }

  FetchResult fetch(TokenFetcher& fetcher) {
    const auto pending = start(context, fetcher.fetch(std::chrono::system_clock::now()));
    while (!pending->value) context.run_one();
    return std::move(*pending->value);
  }

  boost::asio::io_context context{1};
  TemporaryDirectory directory;
  simulator::Setup setup = simulator::make_setup();
  simulator::Faults faults;
  simulator::Entra entra{setup, faults};
  simulator::Imds imds{setup, entra, faults};
  simulator::HttpServer entra_server{context, 0, nullptr, serve(entra)};
  simulator::HttpServer imds_server{context, 0, nullptr, serve(imds)};
  net::DeadlineSweep sweep{context};
  http::ClientTransport client{net::ClientTls::make({}).value(), sweep};
  RecordingTransport transport{client};
};

class CredentialsAgainstAzure : public testing::Test {
 protected:
  static SimulatedAzure& azure() {
    static SimulatedAzure simulated;
    return simulated;
  }

  void TearDown() override {
    azure().faults.clear();
    azure().transport.replay = false;
  }

  static std::string authority() { return SimulatedAzure::url_of(azure().entra_server); }

  static config::ClientCertificateCredential certificate(int number) {
    const json facts = azure().entra.describe(azure().directory.path());
    return {.tenant_id = azure().setup.tenant,
            .client_id = azure().setup.gateway.app_id,
            .certificate = facts["certificates"][static_cast<std::size_t>(number)]["file"]};
  }

  static std::string federated_with(const json& wish) {
    const std::string token = azure().entra.mint({{"federated", wish}});
    const std::string path = azure().directory.write("federated", token);
    WorkloadIdentityFetcher fetcher({azure().setup.tenant, azure().setup.gateway.app_id, path},
                                    authority(), kScope, azure().transport);
    return outcome(azure().fetch(fetcher));
  }

  /// What the host's environment says where `service` gives out the tokens.
  static config::Identity host(IdentityService service) {
    const json facts = azure().imds.describe(SimulatedAzure::url_of(azure().imds_server));
    config::Identity out;
    out.imds_endpoint = SimulatedAzure::url_of(azure().imds_server);
    if (service == IdentityService::app_service) {
      out.environment.identity_endpoint = facts["app_service"]["endpoint"];
      out.environment.identity_header = Secret(facts["app_service"]["header"]);
    } else if (service == IdentityService::app_service_2017) {
      out.environment.msi_endpoint = facts["app_service"]["endpoint"];
      out.environment.msi_secret = Secret(facts["app_service"]["secret"]);
    } else if (service == IdentityService::azure_arc) {
      out.environment.identity_endpoint = facts["arc"]["endpoint"];
      out.environment.imds_endpoint = out.imds_endpoint;
    }
    return out;
  }

  static std::string managed(const config::Identity& identity,
                             const config::ManagedIdentityCredential& credential = {}) {
    const auto fetcher = make_managed_identity_fetcher(credential, identity, kScope,
                                                       azure().transport, azure().directory.path());
    return outcome(azure().fetch(*fetcher));
  }

  /// What the token was given out for and how long it lives, or the failure's words and pause.
  static std::string outcome(const FetchResult& result) {
    if (!result) {
      const FetchFailure failure = result.error();
      const std::string pause =
          failure.retry_after ? ", after " + std::to_string(failure.retry_after->count()) + " s"
                              : "";
      return std::string(to_string(failure.error.code)) + ": " + failure.error.message + pause;
    }
    EXPECT_TRUE(azure().entra.verified_audience(std::string(result->value.reveal())) ==
                azure().setup.cognitive_audience);
    const auto jws = simulator::split_jwt(std::string(result->value.reveal()));
    const auto left = result->expires_at - std::chrono::system_clock::now();
    const auto hours = std::chrono::round<std::chrono::hours>(left).count();
    return jws->claims["sim_proof"].get<std::string>() + ", " + std::to_string(hours) + " h";
  }
};

TEST_F(CredentialsAgainstAzure, ASecretIsTakenAndAWrongOneIsNamedByCode) {
  const auto with = [&](const std::string& secret) {
    ClientSecretFetcher fetcher(
        {azure().setup.tenant, azure().setup.gateway.app_id, Secret(secret)}, authority(), kScope,
        azure().transport);
    return outcome(azure().fetch(fetcher));
  };
  EXPECT_EQ(with(azure().setup.gateway.client_secret), "secret, 1 h");
  EXPECT_EQ(with("wrong"), "unauthenticated: the issuer answered 401, AADSTS7000215");
}

TEST_F(CredentialsAgainstAzure, ACertificateIsTakenInBothForms) {
  const json facts = azure().entra.describe(azure().directory.path())["certificates"];
  for (const auto algorithm :
       {config::AssertionAlgorithm::ps256, config::AssertionAlgorithm::rs256}) {
    for (const int number : {0, 1}) {
      config::ClientCertificateCredential credential = certificate(number);
      credential.algorithm = algorithm;
      credential.send_certificate_chain = number == 1;
      ClientCertificateFetcher fetcher(credential, authority(), kScope, azure().transport);
      EXPECT_EQ(outcome(azure().fetch(fetcher)),
                "certificate " +
                    facts[static_cast<std::size_t>(number)]["thumbprint"].get<std::string>() +
                    ", 1 h");
    }
  }
}

TEST_F(CredentialsAgainstAzure, AnAssertionServesOnceAndForItsOwnApplicationOnly) {
  ClientCertificateFetcher fetcher(certificate(0), authority(), kScope, azure().transport);
  ASSERT_TRUE(azure().fetch(fetcher));
  azure().transport.replay = true;
  EXPECT_EQ(outcome(azure().fetch(fetcher)),
            "unauthenticated: the issuer answered 401, AADSTS50013");
  azure().transport.replay = false;
  config::ClientCertificateCredential strangers = certificate(0);
  strangers.client_id = azure().setup.callers.front().app_id;
  ClientCertificateFetcher unregistered(strangers, authority(), kScope, azure().transport);
  EXPECT_EQ(outcome(azure().fetch(unregistered)),
            "unauthenticated: the issuer answered 401, AADSTS700027");
}

TEST_F(CredentialsAgainstAzure, AFederatedTokenIsTakenAndAWrongOneIsNamedByCode) {
  EXPECT_EQ(federated_with(json::object()).rfind("federated ", 0), 0U);
  const std::string refused = "unauthenticated: the issuer answered 401, AADSTS";
  EXPECT_EQ(federated_with({{"issuer", "https://other"}}), refused + "700211");
  EXPECT_EQ(federated_with({{"audience", "https://other"}}), refused + "700212");
  EXPECT_EQ(federated_with({{"subject", "other"}}), refused + "700213");
  EXPECT_EQ(federated_with({{"lifetime_s", -1}}), refused + "700024");
}

TEST_F(CredentialsAgainstAzure, EveryManagedIdentityServiceGivesItsToken) {
  EXPECT_EQ(managed(host(IdentityService::imds)), "imds, 24 h");
  EXPECT_EQ(managed(host(IdentityService::app_service)), "app_service, 24 h");
  EXPECT_EQ(managed(host(IdentityService::app_service_2017)), "app_service_2017, 24 h");
  EXPECT_EQ(managed(host(IdentityService::azure_arc)), "arc, 24 h");
}

TEST_F(CredentialsAgainstAzure, UserAssignedIdentitiesAreTakenByEachOfTheirIds) {
  const simulator::Application& own = azure().setup.gateway;
  const std::string resource_id = azure().imds.describe("")["resource_id"];
  const std::string stranger = azure().setup.callers.front().app_id;
  for (const auto service : {IdentityService::imds, IdentityService::app_service}) {
    const std::string given = service == IdentityService::imds ? "imds, 24 h" : "app_service, 24 h";
    EXPECT_EQ(managed(host(service), {.client_id = own.app_id}), given);
    EXPECT_EQ(managed(host(service), {.object_id = own.object_id}), given);
    EXPECT_EQ(managed(host(service), {.resource_id = resource_id}), given);
  }
  EXPECT_EQ(managed(host(IdentityService::imds), {.client_id = stranger}),
            "unauthenticated: the issuer answered 400, the host has no such identity");
  EXPECT_EQ(managed(host(IdentityService::app_service), {.client_id = stranger}),
            "unauthenticated: the issuer answered 400");
}

TEST_F(CredentialsAgainstAzure, AWrongHeaderOfAppServiceIsRefused) {
  config::Identity identity = host(IdentityService::app_service);
  identity.environment.identity_header = Secret("wrong");
  EXPECT_EQ(managed(identity), "unauthenticated: the issuer answered 401");
}

TEST_F(CredentialsAgainstAzure, WhatPassesByItselfIsToldFromWhatDoesNot) {
  const auto imds_says = [&](const json& behaviour) {
    azure().faults.clear();
    azure().faults.add({{"service", "imds"}, {"behaviour", behaviour}});
    return managed(host(IdentityService::imds));
  };
  EXPECT_EQ(imds_says({{"status", 404}}), "unavailable: the issuer answered 404");
  EXPECT_EQ(imds_says({{"status", 410}}), "unavailable: the issuer answered 410");
  EXPECT_EQ(imds_says({{"status", 429}, {"headers", {{"Retry-After", "7"}}}}),
            "throttled: the issuer answered 429, after 7 s");
  EXPECT_EQ(imds_says({{"status", 500}}), "unavailable: the issuer answered 500");
  azure().faults.clear();
  azure().faults.add({{"service", "entra"},
                      {"resource", "token"},
                      {"behaviour", {{"status", 503}, {"headers", {{"Retry-After", "30"}}}}}});
  ClientCertificateFetcher fetcher(certificate(0), authority(), kScope, azure().transport);
  EXPECT_EQ(outcome(azure().fetch(fetcher)),
            "unavailable: the issuer answered 503, AADSTS90033, after 30 s");
}

TEST_F(CredentialsAgainstAzure, ImdsWantsItsHeader) {
  http::ClientRequest request =
      managed_identity_request(IdentityService::imds, {}, host(IdentityService::imds), kScope)
          .value();
  request.fields.clear();
  ManagedIdentityFetcher fetcher(request, azure().transport);
  EXPECT_EQ(outcome(azure().fetch(fetcher)),
            "unauthenticated: the issuer answered 400, bad_request_102");
}

}  // namespace
}  // namespace tollgate::credentials
