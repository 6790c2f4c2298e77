// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/config/load.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

#include "minimal.hpp"

namespace tollgate::config {
namespace {

using testing::ElementsAre;

std::string read(const char* path) {
  std::ostringstream out;
  out << std::ifstream(path, std::ios::binary).rdbuf();
  return out.str();
}

Config example() {
  const LoadResult loaded =
      load_text(read(TOLLGATE_EXAMPLE),
                fake_secrets({{"RETAIL_ROLLOVER_KEY", "sk-roll"},
                              {"AOAI_EASTUS_KEY", "sk-east"},
                              {"AUDIT_KEY", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}}));
  EXPECT_EQ(format_errors("", loaded.errors), "");
  return loaded.config.value_or(Config());
}

TEST(Load, TakesTheExamplesCallers) {
  const Config config = example();
  ASSERT_TRUE(config.authentication.entra);
  EXPECT_THAT(config.authentication.entra->tenants,
              ElementsAre("00000000-0000-0000-0000-000000000001"));
  EXPECT_THAT(config.authentication.entra->audiences, ElementsAre("api://tollgate"));
  EXPECT_TRUE(config.authentication.entra->issuers.empty());
  EXPECT_EQ(config.authentication.entra->required_role, "Gateway.Invoke");
  ASSERT_TRUE(config.authentication.custom_header);
  EXPECT_EQ(config.authentication.custom_header->name, "x-client-id");
  EXPECT_THAT(config.authentication.custom_header->trusted_networks, ElementsAre("10.1.0.0/16"));
  ASSERT_EQ(config.clients.size(), 3U);
  const Client& retail = config.clients[0];
  EXPECT_EQ(retail.name, "retail-chatbot");
  EXPECT_EQ(retail.tags.at("cost_center"), "4711");
  ASSERT_EQ(retail.api_keys.size(), 2U);
  EXPECT_EQ(retail.api_keys[0].sha256.front(), 0x0f);
  EXPECT_EQ(retail.api_keys[1].name, "rollover");
  EXPECT_EQ(retail.api_keys[1].sha256, sha256("sk-roll"));
  EXPECT_THAT(retail.models.value(), ElementsAre("gpt-4o", "text-embedding-3-small"));
  EXPECT_FALSE(config.clients[1].models);
  EXPECT_THAT(config.clients[1].entra.app_ids, ElementsAre("00000000-0000-0000-0000-0000000000aa"));
  EXPECT_THAT(config.clients[2].header_values, ElementsAre("legacy-batch"));
}

TEST(Load, TakesTheExamplesBackendsAndModels) {
  const Config config = example();
  ASSERT_EQ(config.backends.size(), 2U);
  const auto* identity = std::get_if<ManagedIdentityCredential>(&config.backends[0].credential);
  ASSERT_NE(identity, nullptr);
  EXPECT_EQ(identity->client_id, "00000000-0000-0000-0000-0000000000bb");
  const Backend& east = config.backends[1];
  EXPECT_EQ(east.endpoint, "https://contoso-eastus.openai.azure.com");
  EXPECT_EQ(east.region, "eastus");
  EXPECT_EQ(east.tier, "standard");
  const auto* key = std::get_if<ApiKeyCredential>(&east.credential);
  ASSERT_NE(key, nullptr);
  EXPECT_EQ(key->key.reveal(), "sk-east");
  EXPECT_EQ(east.timeouts.connect, milliseconds(5'000));
  EXPECT_EQ(east.connections.max, 256U);
  ASSERT_EQ(config.models.size(), 2U);
  ASSERT_EQ(config.models[0].targets.size(), 2U);
  EXPECT_EQ(config.models[0].targets[1].deployment, "gpt-4o");
  EXPECT_EQ(config.models[0].targets[1].priority, 2U);
  EXPECT_EQ(config.models[0].targets[1].weight, 3U);
}

TEST(Load, TakesTheExamplesListenersRecordsAndLimits) {
  const Config config = example();
  EXPECT_EQ(config.gateway.name, "tollgate-1");
  EXPECT_EQ(config.gateway.workers, 0U);
  ASSERT_EQ(config.listeners.size(), 1U);
  EXPECT_EQ(config.listeners[0].host, "0.0.0.0");
  EXPECT_EQ(config.listeners[0].port, 8080);
  ASSERT_TRUE(config.listeners[0].tls);
  EXPECT_EQ(config.listeners[0].tls->private_key, "/etc/tollgate/tls.key");
  EXPECT_THAT(config.listeners[0].trusted_proxies, ElementsAre("10.0.0.0/8"));
  EXPECT_EQ(config.ledger.path, "/var/lib/tollgate/ledger.db");
  ASSERT_EQ(config.exporters.size(), 1U);
  EXPECT_EQ(config.exporters[0].name, "azure_monitor");
  EXPECT_TRUE(config.exporters[0].required);
  const auto& monitor = std::get<AzureMonitor>(config.exporters[0].kind);
  EXPECT_EQ(monitor.rule_id, "dcr-00000000000000000000000000000000");
  EXPECT_EQ(config.exporters[0].flush_interval(), milliseconds(5'000));
  EXPECT_EQ(config.limits.request_body, 64U * 1024 * 1024);
}

TEST(Load, FillsInTheDefaults) {
  const LoadResult loaded = load_text(kMinimal, fake_secrets());
  ASSERT_TRUE(loaded.config) << format_errors("", loaded.errors);
  const Config& config = *loaded.config;
  EXPECT_FALSE(config.gateway.name.empty());
  EXPECT_EQ(config.admin.host + ":" + std::to_string(config.admin.port), "127.0.0.1:9090");
  EXPECT_FALSE(config.listeners[0].tls);
  EXPECT_TRUE(config.listeners[0].trusted_proxies.empty());
  EXPECT_EQ(config.limits.request_head, 65'536U);
  EXPECT_EQ(config.limits.request_head_fields, 100U);
  EXPECT_EQ(config.limits.head_timeout, milliseconds(10'000));
  EXPECT_EQ(config.limits.connections, 20'000U);
  EXPECT_EQ(config.authentication.api_key_headers,
            (std::vector<std::string>{"api-key", "x-api-key"}));
  EXPECT_FALSE(config.authentication.entra);
  EXPECT_FALSE(config.authentication.custom_header);
  EXPECT_FALSE(config.clients[0].models);
  EXPECT_EQ(config.clients[0].on_client_abort, OnClientAbort::drain);
  EXPECT_EQ(config.backends[0].scope, "https://cognitiveservices.azure.com/.default");
  EXPECT_EQ(config.backends[0].timeouts.first_byte, milliseconds(600'000));
  EXPECT_EQ(config.backends[0].timeouts.idle, milliseconds(600'000));
  EXPECT_EQ(config.backends[0].timeouts.drain, milliseconds(600'000));
  EXPECT_EQ(config.models[0].retry.total_timeout, milliseconds(600'000));
  EXPECT_FALSE(config.models[0].timeouts.first_byte);
  EXPECT_EQ(config.limits.memory, 1U << 30U);
  EXPECT_EQ(config.models[0].targets[0].deployment, "gpt-4o");
  EXPECT_EQ(config.models[0].targets[0].priority, 1U);
  EXPECT_EQ(config.ledger.durability, Durability::process_crash);
  EXPECT_EQ(config.ledger.on_failure, OnFailure::fail_closed);
  EXPECT_EQ(config.ledger.retention, seconds(400 * 24 * 3600));
  EXPECT_EQ(config.ledger.rollup_retention, seconds(800 * 24 * 3600));
  EXPECT_EQ(config.reports.time_zone.name(), "UTC");
  EXPECT_TRUE(config.exporters.empty());
  EXPECT_EQ(config.identity.authority, "https://login.microsoftonline.com");
}

TEST(Load, AnEmptyListOfModelsAllowsNone) {
  const LoadResult loaded = load_text(
      minimal_with("  - name: retail\n", "  - name: retail\n    models: []\n"), fake_secrets());
  ASSERT_TRUE(loaded.config);
  ASSERT_TRUE(loaded.config->clients[0].models);
  EXPECT_TRUE(loaded.config->clients[0].models->empty());
}

TEST(Load, AnyFreePortClashesWithNoOther) {
  const std::string any = "address: 127.0.0.1:0";
  const LoadResult loaded = load_text(
      minimal_with("address: 127.0.0.1:8080", any + "\n  - " + any) + "admin: {" + any + "}\n",
      fake_secrets());
  EXPECT_TRUE(loaded.config) << format_errors("", loaded.errors);
}

TEST(Load, TheAuthorityOfCallersIsThatOfTheGatewayToo) {
  const std::string entra =
      "authentication: {entra: {authority: https://login.microsoftonline.us, audiences: [a], "
      "tenants: [00000000-0000-0000-0000-000000000001]}}\n";
  EXPECT_EQ(load_text(kMinimal + entra, fake_secrets()).config->identity.authority,
            "https://login.microsoftonline.us");
  const std::string own = "identity: {authority: https://login.example}\n";
  EXPECT_EQ(load_text(kMinimal + entra + own, fake_secrets()).config->identity.authority,
            "https://login.example");
}

TEST(Load, MemoryForLessThanTwoOfTheLargestBodiesIsRefused) {
  const LoadResult loaded = load_text(kMinimal + "limits: {memory: 100MiB}\n", fake_secrets());
  EXPECT_EQ(format_errors("t.yaml", loaded.errors),
            "t.yaml:14:18: limits.memory must be at least twice request_body\n");
  EXPECT_TRUE(
      load_text(kMinimal + "limits: {memory: 100MiB, request_body: 50MiB}\n", fake_secrets())
          .config);
}

TEST(Load, AFileThatCannotBeReadIsOneError) {
  const LoadResult loaded = load_file("/nonexistent/tollgate.yaml", fake_secrets());
  EXPECT_FALSE(loaded.config);
  EXPECT_EQ(format_errors("t.yaml", loaded.errors), "t.yaml: the file is not there\n");
}

TEST(Reference, IsWhatTheDocumentationSays) {
  std::istringstream made(reference_markdown());
  std::istringstream kept(read(TOLLGATE_REFERENCE));
  std::string line;
  for (std::string other; std::getline(kept, other);) {
    std::getline(made, line);
    ASSERT_EQ(line, other) << "run: tollgate reference > docs/configuration.md";
  }
  EXPECT_FALSE(std::getline(made, line)) << line;
}

TEST(Load, AnEgressProxyIsInheritedUnlessAnotherOrNoneIsSaid) {
  const std::string backends = R"(  - name: own
    endpoint: https://own.example
    credential: {managed_identity: {}}
    egress_proxy: {url: "http://other.example:8080", credential: {env: PROXY_USER}}
  - name: direct
    endpoint: https://direct.example
    credential: {managed_identity: {}}
    egress_proxy: {direct: true}
models:
)";
  const std::string gateway =
      "gateway: {egress_proxy: {url: 'http://proxy.example:3128', except: [direct.example]}}\n";
  const LoadResult loaded = load_text(gateway + minimal_with("models:\n", backends),
                                      fake_secrets({{"PROXY_USER", "gw:word"}}));
  ASSERT_TRUE(loaded.config) << format_errors("", loaded.errors);
  const EgressProxy shared{"proxy.example", 3128, {}, {"direct.example"}};
  const EgressProxy own{"other.example", 8080, Secret("gw:word"), {}};
  EXPECT_EQ(loaded.config->backends[0].egress_proxy, shared);
  EXPECT_EQ(loaded.config->backends[1].egress_proxy, own);
  EXPECT_FALSE(loaded.config->backends[2].egress_proxy);
  EXPECT_EQ(loaded.config->identity.egress_proxy, shared);
}

}  // namespace
}  // namespace tollgate::config
