// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "minimal.hpp"

namespace tollgate::config {
namespace {

using testing::ElementsAre;

struct Case {
  std::string name;
  std::string part;  ///< of kMinimal
  std::string instead;
  std::vector<std::string> errors;
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

class OneFault : public testing::TestWithParam<Case> {};

TEST_P(OneFault, IsNamedWithItsPlace) {
  EXPECT_EQ(errors_of(minimal_with(GetParam().part, GetParam().instead)), GetParam().errors);
}

const auto kName = [](const auto& info) { return info.param.name; };
const std::string kAddress = "address: 127.0.0.1:8080";
const std::string kLedger = "ledger: {path: /tmp/ledger.db}";
const std::string kManaged = "{managed_identity: {}}";
const std::string kKeys =
    "api_keys: [{name: primary, sha256: "
    "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b}]";

INSTANTIATE_TEST_SUITE_P(
    Reports, OneFault,
    testing::Values(
        Case{"rollups_shorter_than_a_year_and_a_month",
             "{path: /tmp/ledger.db}",
             "{path: /tmp/ledger.db, rollup_retention: 395d}",
             {"13:50: ledger.rollup_retention must be at least 396d"}},
        Case{"no_such_time_zone",
             kLedger,
             kLedger + "\nreports: {time_zone: Europe/Atlantis}",
             {"14:22: reports.time_zone cannot be used: no time zone 'Europe/Atlantis' is in "
              "/usr/share/zoneinfo/ (package tzdata): use a name such as Europe/Berlin"}}),
    kName);

INSTANTIATE_TEST_SUITE_P(
    Keys, OneFault,
    testing::Values(
        Case{"unknown_with_suggestion",
             kLedger,
             kLedger + "\nlimit: {}",
             {"14:1: limit is unknown; did you mean limits?"}},
        Case{"unknown_inside",
             kAddress,
             kAddress + "\n    adress: x",
             {"3:5: listeners[0].adress is unknown; did you mean address?"}},
        Case{"unknown_without_suggestion",
             kLedger,
             kLedger + "\nfrobnicate: 1",
             {"14:1: frobnicate is unknown"}},
        Case{"merge_key", kLedger, kLedger + "\n<<: {}", {"14:1: << is unknown"}},
        Case{"twice", kLedger, kLedger + "\n" + kLedger, {"14:1: ledger is given twice"}},
        Case{"twice_inside",
             "{path: /tmp/ledger.db}",
             "{path: /a, path: /b}",
             {"13:20: ledger.path is given twice"}},
        Case{"no_plain_word", kLedger, kLedger + "\n[a]: 1", {"14:1: a key must be a plain word"}},
        Case{"missing", "{path: /tmp/ledger.db}", "{}", {"13:9: ledger needs path"}},
        Case{"missing_at_the_top",
             kLedger,
             "ledgers: []",
             {"1:1: needs ledger", "13:1: ledgers is unknown; did you mean ledger?"}},
        Case{"empty_list",
             "[{backend: east}]",
             "[]",
             {"12:14: models[0].targets must not be empty"}},
        Case{"no_value",
             kAddress,
             kAddress + "\n    tls:",
             {"3:5: listeners[0].tls has no value; leave the key out for its default"}},
        Case{"no_value_for_the_models",
             kKeys,
             kKeys + "\n    models: ~",
             {"6:5: clients[0].models has no value; leave the key out for its default"}}),
    kName);

INSTANTIATE_TEST_SUITE_P(
    Types, OneFault,
    testing::Values(
        Case{"mapping", kLedger, "ledger: x", {"13:9: ledger must be a mapping"}},
        Case{"list",
             "listeners:\n  - " + kAddress,
             "listeners: {}",
             {"1:12: listeners must be a list"}},
        Case{"list_of_mappings", kAddress, "8080", {"2:5: listeners[0] must be a mapping"}},
        Case{"scalar", kAddress, "address: [a]", {"2:14: listeners[0].address must be text"}},
        Case{"address",
             kAddress,
             "address: 8080",
             {"2:14: listeners[0].address must be host:port, with brackets for IPv6 "
              "and a port from 0 to 65535"}},
        Case{"port",
             kAddress,
             "address: 127.0.0.1:99999",
             {"2:14: listeners[0].address must be host:port, with brackets for IPv6 "
              "and a port from 0 to 65535"}},
        Case{"duration",
             kLedger,
             kLedger + "\nlimits: {head_timeout: 10}",
             {"14:24: limits.head_timeout must be a duration with its unit, such as 500ms, 30s, "
              "15m or 30d"}},
        Case{"duration_of_nothing",
             kLedger,
             kLedger + "\nlimits: {head_timeout: 0s}",
             {"14:24: limits.head_timeout must be a duration with its unit, such as 500ms, 30s, "
              "15m or 30d"}},
        Case{"size",
             kLedger,
             kLedger + "\nlimits: {request_head: 64KB}",
             {"14:24: limits.request_head must be a size such as 64KiB, 10MiB or 1GiB"}},
        Case{"size_too_small",
             kLedger,
             kLedger + "\nlimits: {request_head: 1KiB}",
             {"14:24: limits.request_head must be at least 4KiB"}},
        Case{"size_too_large",
             kLedger,
             kLedger + "\naudit: {max_body: 8GiB, memory: 64GiB}",
             {"14:19: audit.max_body must be at most 1GiB"}},
        Case{"number",
             kLedger,
             kLedger + "\nlimits: {connections: 0}",
             {"14:23: limits.connections must be a whole number from 1 to 1000000"}},
        Case{"workers",
             kLedger,
             kLedger + "\ngateway: {workers: 257}",
             {"14:20: gateway.workers must be auto or a number from 1 to 256"}},
        Case{"choice",
             "{path: /tmp/ledger.db}",
             "{path: /a, durability: maybe}",
             {"13:32: ledger.durability must be process_crash or power_loss"}},
        Case{"name",
             "name: retail",
             "name: \"a\\nb\"",
             {"4:11: clients[0].name must be printable text of 1 to 256 bytes"}},
        Case{"endpoint",
             "https://east.example",
             "https://east.example/a/../b",
             {"8:15: backends[0].endpoint has a path that is not of plain segments"}},
        Case{"guid",
             kManaged,
             "{managed_identity: {client_id: x}}",
             {"9:48: backends[0].credential.managed_identity.client_id must be a GUID"}},
        Case{"network",
             kAddress,
             kAddress + "\n    trusted_proxies: [10.0.0.0/8, 10.0.0.1/8]",
             {"3:22: listeners[0].trusted_proxies holds something that is no network in CIDR form "
              "(host bits "
              "must be 0): 10.0.0.1/8"}},
        Case{"texts",
             kKeys,
             kKeys + "\n    header_values: [[a]]",
             {"6:21: clients[0].header_values holds something that is no text"}},
        Case{
            "tags",
            kKeys,
            kKeys + "\n    tags: {team: [a]}",
            {"6:12: clients[0].tags holds the tag team with a value that is empty, longer than 256 "
             "bytes or no printable text"}},
        Case{"header_name",
             kLedger,
             kLedger + "\nauthentication: {api_key: {header: x_key}}",
             {"14:36: authentication.api_key.header must be a header name of letters, digits and "
              "dashes"}},
        Case{
            "rule_and_stream",
            kLedger,
            kLedger +
                "\nexporters:\n  azure_monitor: {endpoint: https://m.example, rule_id: dcr-1/../2, "
                "stream: \"a?b\", credential: {managed_identity: {}}}",
            {"15:57: exporters.azure_monitor.rule_id must be the rule's immutableId, which is dcr- "
             "and 32 hexadecimal digits, not its name or resource id",
             "15:77: exporters.azure_monitor.stream must be a stream's name, which begins with "
             "Custom-, such as Custom-TollgateUsage_CL"}}),
    kName);

INSTANTIATE_TEST_SUITE_P(
    Proof, OneFault,
    testing::Values(
        Case{"no_credential",
             kManaged,
             "{}",
             {"9:17: backends[0].credential needs exactly one kind of credential"}},
        Case{"two_credentials",
             kManaged,
             "{managed_identity: {}, client_secret: {}}",
             {"9:17: backends[0].credential needs exactly one kind of credential",
              "9:55: backends[0].credential.client_secret needs tenant_id",
              "9:55: backends[0].credential.client_secret needs client_id",
              "9:55: backends[0].credential.client_secret needs secret"}},
        Case{"key_for_azure_monitor",
             kLedger,
             kLedger + "\nexporters:\n  azure_monitor: {endpoint: https://m.example, rule_id: "
                       "dcr-00000000000000000000000000000001, credential: "
                       "{api_key: {env: KEY}}}",
             {"15:108: exporters.azure_monitor.credential.api_key cannot be used here: what "
              "is sent there is proven by Entra tokens of the gateway's own"}},
        Case{"header_from_anybody",
             kLedger,
             kLedger + "\nauthentication: {custom_header: {name: x-id}}",
             {"14:33: authentication.custom_header needs trusted_networks or trusted_certificates: "
              "without them any peer could claim to be any client"}},
        Case{
            "header_of_tokens",
            kLedger,
            kLedger +
                "\nauthentication: {custom_header: {name: Authorization, trusted_networks: [::1]}}",
            {"14:40: authentication.custom_header.name must not be authorization, which is read "
             "anyway"}},
        Case{"header_of_keys",
             kLedger,
             kLedger +
                 "\nauthentication: {custom_header: {name: API-Key, trusted_networks: [10.0.0.1]}}",
             {"14:40: authentication.custom_header.name must not be a header of API keys"}},
        Case{"entra_of_nobody",
             kLedger,
             kLedger + "\nauthentication: {entra: {}}",
             {"14:25: authentication.entra needs at least one tenant",
              "14:25: authentication.entra needs at least one audience"}},
        Case{"no_proof", kKeys, "tags: {}", {"4: client retail has nothing to prove itself with"}},
        Case{"proof_not_enabled",
             kKeys,
             "header_values: [a]\n    entra: {roles: [r]}",
             {"4: client retail needs authentication.entra",
              "4: client retail needs authentication.custom_header"}},
        Case{"digest",
             kKeys,
             "api_keys: [{name: a, sha256: abc}]",
             {"5:34: clients[0].api_keys[0].sha256 must be 64 hexadecimal digits"}},
        Case{"digest_and_env",
             kKeys,
             "api_keys: [{name: a, sha256: abc, env: KEY}]\n    header_values: [a]",
             {"5:16: clients[0].api_keys[0] needs exactly one of sha256, env and file"}}),
    kName);

const std::string kSecondClient = "\n  - {name: retail2, " + kKeys + "}";

INSTANTIATE_TEST_SUITE_P(
    References, OneFault,
    testing::Values(
        Case{"unknown_backend",
             "{backend: east}",
             "{backend: west}",
             {"11: model gpt-4o names an unknown backend: west"}},
        Case{"unknown_model",
             kKeys,
             kKeys + "\n    models: [gpt-4o, gpt-5]",
             {"4: client retail names an unknown model: gpt-5"}},
        Case{"mistyped_backend",
             "{backend: east}",
             "{backend: easte}",
             {"11: model gpt-4o names an unknown backend: easte; did you mean east?"}},
        Case{"mistyped_model",
             kKeys,
             kKeys + "\n    models: [gpt4o]",
             {"4: client retail names an unknown model: gpt4o; did you mean gpt-4o?"}},
        Case{"mistyped_backend_of_operations",
             kLedger,
             kLedger + "\noperations: {backend: eats}",
             {"14: operations.backend names an unknown backend: eats"}},
        Case{"two_models",
             "targets: [{backend: east}]",
             "targets: [{backend: east}]\n  - {name: gpt-4o, targets: [{backend: east}]}",
             {"13: two models are named gpt-4o"}},
        Case{"shared_key",
             kKeys,
             kKeys + kSecondClient,
             {"6: clients retail and retail2 share one API key"}},
        Case{"key_listed_twice",
             kKeys,
             kKeys + "\n    header_values: [a, a]",
             {"4: client retail needs authentication.custom_header",
              "4: client retail lists one header value twice"}},
        Case{"two_listeners",
             kAddress,
             kAddress + "\n  - " + kAddress,
             {"3: two listeners share the address 127.0.0.1:8080"}},
        Case{"a_listener_on_every_address",
             kAddress,
             kAddress + "\n  - address: 0.0.0.0:8080",
             {"3: the listeners 127.0.0.1:8080 and 0.0.0.0:8080 share a port: one of them is every "
              "address of this host"}},
        Case{"a_listener_on_every_address_of_ipv6",
             kAddress,
             "address: '[::]:8080'\n  - " + kAddress + "\n  - address: '[::1]:8081'",
             {"3: the listeners [::]:8080 and 127.0.0.1:8080 share a port: one of them is every "
              "address of this host"}},
        Case{"listeners_that_share_no_address",
             kAddress,
             kAddress + "\n  - address: 127.0.0.2:8080\n  - address: '[::1]:8080'",
             {}},
        Case{"admin_on_a_listeners_port",
             kLedger,
             kLedger + "\nadmin: {address: 127.0.0.1:8080}",
             {"2: this listener and admin.address share the port 8080: admin must have one of its "
              "own"}}),
    kName);

const std::string kTls =
    kAddress + "\n    tls: {certificate: /c, private_key: /k, client_certificates: /ca}";
const std::string kEntra =
    "\nauthentication: {entra: {tenants: [00000000-0000-0000-0000-000000000001], audiences: [a]}}";
const std::string kApp = "app_ids: [00000000-0000-0000-0000-0000000000aa]";

TEST(ConfigErrors, CertificatesNeedAListenerThatAsksForThem) {
  const std::string client = minimal_with(kKeys, "certificates: {dns_names: [Batch.internal]}");
  EXPECT_THAT(errors_of(client),
              ElementsAre("4: client retail needs a listener with tls.client_certificates"));
  std::string good = client;
  good.replace(good.find(kAddress), kAddress.size(), kTls);
  const LoadResult loaded = load_text(good, fake_secrets());
  ASSERT_TRUE(loaded.config) << format_errors("", loaded.errors);
  EXPECT_THAT(loaded.config->clients[0].certificates.dns_names, ElementsAre("batch.internal"));
  EXPECT_EQ(loaded.config->listeners[0].tls->client_certificates, "/ca");
  const std::string header =
      "\nauthentication: {custom_header: {name: x-id, trusted_certificates: {subjects: "
      "[CN=proxy]}}}";
  EXPECT_THAT(
      errors_of(minimal_with(kLedger, kLedger + header)),
      ElementsAre(
          "14: authentication.custom_header needs a listener with tls.client_certificates"));
}

TEST(ConfigErrors, TwoClientsOfOneCertificateClash) {
  std::string text = minimal_with(kAddress, kTls);
  text.replace(
      text.find(kKeys), kKeys.size(),
      "certificates: {uris: [\"urn:a\"]}\n  - name: other\n    certificates: {uris: [\"urn:a\"]}");
  EXPECT_THAT(errors_of(text),
              ElementsAre("7: clients retail and other share one certificate URI"));
}

TEST(ConfigErrors, OneApplicationMayBeTwoClientsByTokenTypeOrTenant) {
  const auto with = [](const std::string& first, const std::string& second) {
    return errors_of(minimal_with(kKeys, "entra: {" + kApp + first +
                                             "}\n  - name: other\n    entra: {" + kApp + second +
                                             "}") +
                     kEntra.substr(1) + "\n");
  };
  const std::string tenant = ", tenants: [00000000-0000-0000-0000-000000000001]";
  EXPECT_THAT(with(", token_type: app", ", token_type: user"), ElementsAre());
  EXPECT_THAT(with("", tenant), ElementsAre());
  const std::string clash = "6: clients retail and other share one Entra app id";
  EXPECT_THAT(with("", ""), ElementsAre(clash));
  EXPECT_THAT(with("", ", token_type: user"), ElementsAre(clash));
  EXPECT_THAT(with(tenant, tenant + ", token_type: app"), ElementsAre(clash));
  EXPECT_THAT(with("", ", token_type: user, tenants: [00000000-0000-0000-0000-000000000002]"),
              ElementsAre("6: client other needs authentication.entra to accept the tenant "
                          "00000000-0000-0000-0000-000000000002"));
}

TEST(ConfigErrors, PassThroughNeedsABackendThatTakesIt) {
  const std::string ways = "\nauthentication: {pass_through: {audiences: [https://ai.azure.com]}}";
  const std::string text = minimal_with(kLedger, kLedger + ways);
  EXPECT_THAT(
      errors_of(text),
      ElementsAre(
          "14: authentication.pass_through needs a backend with the credential pass_through"));
  std::string good = text;
  good.replace(good.find(kManaged), kManaged.size(), "{pass_through: {}}");
  EXPECT_THAT(errors_of(good), ElementsAre());
  good.replace(good.find("pass_through: {audiences"), 0,
               "entra: {tenants: [00000000-0000-0000-0000-000000000001], audiences: "
               "[https://ai.azure.com]}, ");
  EXPECT_THAT(errors_of(good),
              ElementsAre("14: authentication.pass_through and authentication.entra share the "
                          "audience https://ai.azure.com"));
}

}  // namespace
}  // namespace tollgate::config
