// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "tollgate/base/digest.hpp"
#include "tollgate/base/egress_proxy.hpp"
#include "tollgate/base/proxy_trust.hpp"
#include "tollgate/base/secret.hpp"
#include "tollgate/base/time.hpp"
#include "tollgate/base/time_zone.hpp"
#include "tollgate/config/audit.hpp"
#include "tollgate/config/credential.hpp"
#include "tollgate/config/exporter.hpp"
#include "tollgate/config/objects.hpp"
#include "tollgate/config/on_failure.hpp"
#include "tollgate/config/prices.hpp"
#include "tollgate/config/quotas.hpp"

// The typed form of tollgate.yaml. Names follow the YAML keys, which are a contract with operators.
// Secrets are already resolved ({env:} and {file:}); networks are still text in CIDR form, checked.
namespace tollgate::config {

/// What the operations are for that can be opened and closed together.
enum class OperationGroup {
  inference,
  models,
  assistants,
  files,
  batches,
  vector_stores,
  fine_tuning
};

struct Operations {
  /// Everything else is answered with 403.
  std::vector<OperationGroup> open{OperationGroup::inference};
  std::string backend;  ///< of operations that name neither model nor object; default: the first
  bool ignore_model_case = false;  ///< GPT-4o is taken for gpt-4o
};

struct Gateway {
  std::string name;             ///< written into every record; default: the host name
  unsigned workers = 0;         ///< threads; 0 (`auto`) is one per core
  std::string ca_certificates;  ///< PEM file trusted for every outbound connection; empty: none
  bool watch_files = true;      ///< reload when a file of the configuration changes
  /// How long exchanges in progress may take after the first signal to stop.
  milliseconds stop_grace{30'000};
  std::optional<EgressProxy> egress_proxy;  ///< of whatever has no other
};

struct Logging {
  bool operations = true;  ///< a line per operation
};

struct ListenerTls {
  std::string certificate;  ///< PEM chain file
  std::string private_key;  ///< PEM key file
  /// PEM file of the authorities that may issue them; empty: not asked for
  std::string client_certificates{};
};

struct Listener {
  std::string host;
  std::uint16_t port = 0;  ///< 0: any free port (tests)
  std::optional<ListenerTls> tls;
  std::vector<std::string> trusted_proxies;  ///< CIDR
  ForwardedHeader forwarded_header = ForwardedHeader::either;
  /// Answered without proof, for load balancers that can probe the listener's port only; empty:
  /// none.
  std::string health_path{};
  std::vector<std::string> cors_origins{};  ///< whose pages may call; "*" is every one
  int line = 0;                             ///< where in the file, for later errors
  bool share_port = false;                  ///< other processes may listen there as well
};

struct Admin {
  std::string host = "127.0.0.1";
  std::uint16_t port = 9090;
  Secret key{};  ///< what changes something must show it; empty: nothing may be changed there
};

struct Limits {
  std::size_t request_head = 64 * 1024;
  std::size_t request_head_fields = 100;
  std::size_t request_body = 64ULL * 1024 * 1024;
  milliseconds head_timeout{10'000};
  milliseconds body_idle_timeout{30'000};
  milliseconds client_write_timeout{60'000};
  std::size_t connections = 20'000;
  std::size_t memory = 1024ULL * 1024 * 1024;  ///< of request bodies, all workers together
  std::size_t drains = 64;                     ///< of one client, per worker
};

/// An `iss` value and whose tokens it may stand in: the signing keys of one tenant then speak for
/// no other.
struct EntraIssuer {
  std::string issuer;
  std::vector<std::string> tenants;  ///< some of EntraAuthentication::tenants, never none
};

struct EntraAuthentication {
  std::vector<std::string> tenants;  ///< lower-case GUIDs
  std::vector<std::string> audiences;
  std::string authority = "https://login.microsoftonline.com";
  std::vector<EntraIssuer> issuers;  ///< empty: the v1 and v2 issuers of each tenant
  std::string required_role;         ///< empty: none
  std::string required_scope;        ///< of user tokens; empty: none
};

/// Tokens that are meant for the backend: it checks them, the gateway only reads them.
struct PassThroughAuthentication {
  std::vector<std::string> audiences{"https://cognitiveservices.azure.com", "https://ai.azure.com"};
};

/// Names in client certificates, any of which will do.
struct CertificateMatch {
  std::vector<std::string> subjects;   ///< RFC 2253
  std::vector<std::string> dns_names;  ///< lower case
  std::vector<std::string> uris;
  bool empty() const { return subjects.empty() && dns_names.empty() && uris.empty(); }
};

/// At least one of the two kinds of trust is there.
struct CustomHeaderAuthentication {
  std::string name;                           ///< lower case
  std::vector<std::string> trusted_networks;  ///< CIDR
  CertificateMatch trusted_certificates{};
};

struct Authentication {
  std::optional<EntraAuthentication> entra;
  std::optional<PassThroughAuthentication> pass_through;
  std::vector<std::string> api_key_headers{"api-key", "x-api-key"};  ///< lower case
  /// lower case; the first that is there names the end user
  std::vector<std::string> end_user_headers;
  std::optional<CustomHeaderAuthentication> custom_header;
};

/// An API key as stored: only its SHA-256.
struct ApiKey {
  std::string name;
  Sha256 sha256{};
};

/// Which of an application's tokens count: those of the application itself, or those it got for a
/// user.
enum class TokenType { any, app, user };

struct EntraMatch {
  std::vector<std::string> app_ids;
  std::vector<std::string> object_ids;
  std::vector<std::string> roles;
  std::vector<std::string> groups;
  std::vector<std::string> tenants;  ///< empty: any that is accepted
  TokenType token_type = TokenType::any;
  bool empty() const {
    return app_ids.empty() && object_ids.empty() && roles.empty() && groups.empty();
  }
};

enum class OnClientAbort { drain, cancel };
/// What becomes of a request whose work would have no price.
enum class OnUnpriced { allow, refuse };

struct Client {
  std::string name;
  std::map<std::string, std::string> tags;
  std::vector<ApiKey> api_keys;
  EntraMatch entra;
  CertificateMatch certificates;
  std::vector<std::string> header_values;
  std::optional<std::vector<std::string>> models;  ///< nullopt: every model
  OnClientAbort on_client_abort = OnClientAbort::drain;
  OnUnpriced on_unpriced = OnUnpriced::allow;
  AuditChoice audit;
  std::optional<std::vector<LimitEntry>> limits;  ///< nullopt: quotas.default_limits
  int line = 0;
};

/// The official SDKs wait for 10 minutes: nobody gives up before they do.
struct BackendTimeouts {
  milliseconds connect{5'000};
  milliseconds first_byte{600'000};
  milliseconds idle{600'000};
  milliseconds drain{600'000};                   ///< of an answer whose client has left
  std::size_t drain_size = 64ULL * 1024 * 1024;  ///< bytes of the same
};

/// What a model says in place of its backends.
struct ModelTimeouts {
  std::optional<milliseconds> first_byte;
  std::optional<milliseconds> idle;
  std::optional<milliseconds> drain;
  std::optional<std::size_t> drain_size;
};

struct BackendConnections {
  std::size_t max = 256;    ///< per worker
  std::size_t queue = 256;  ///< requests that wait for one, per worker
  std::size_t idle = 64;    ///< per worker
  milliseconds idle_timeout{60'000};
};

/// When a backend's deployment is given a rest (docs/routing.md). A rule that is 0 is off.
struct Breaker {
  std::size_t consecutive_failures = 5;
  double failure_ratio = 0.5;  ///< of what ended within `window`
  milliseconds window{30'000};
  milliseconds open_for{10'000};
};

struct Backend {
  std::string name;
  std::string endpoint;  ///< https://host[:port], no path
  std::string region;
  std::string tier;
  Credential credential;
  std::string scope = "https://cognitiveservices.azure.com/.default";  ///< of Entra tokens
  std::string ca_certificates;              ///< PEM file beside the system's; empty: none
  std::optional<EgressProxy> egress_proxy;  ///< its own or the gateway's; nullopt: reached directly
  BackendTimeouts timeouts;
  BackendConnections connections;
  Breaker breaker;
  int line = 0;
};

struct Target {
  std::string backend;
  std::string deployment;  ///< default: the model's own name
  unsigned priority = 1;   ///< lower first
  unsigned weight = 1;
  std::string sku{};     ///< sku.name of the deployment (pricing::kSkus); empty: not told
  std::string serves{};  ///< the model there, as prices name it; empty: not told
};

struct Retry {
  std::size_t attempts = 3;  ///< the first included
  milliseconds total_timeout{600'000};
  bool on_timeout = false;  ///< also when a backend that has the request does not answer
};

struct Model {
  std::string name;
  std::vector<Target> targets;
  Retry retry;
  ModelTimeouts timeouts;
  std::optional<AuditLevel> audit;  ///< most that is kept of its exchanges
  int line = 0;
};

/// How many retries all requests together may cause.
struct RetryBudget {
  double ratio = 0.2;  ///< of the requests
  std::size_t min_per_second = 10;
};

enum class Durability { process_crash, power_loss };

struct Ledger {
  /// Bytes of one file of a worker's journal.
  static constexpr std::uint64_t kSegmentSize = 4ULL * 1024 * 1024;

  std::string path;
  Durability durability = Durability::process_crash;
  OnFailure on_failure = OnFailure::fail_closed;
  seconds retention{400 * 24 *
                    3600};  ///< thirteen months: a year's last month, and some days to ask
  /// Two years and a month: a month beside the same one a year before.
  seconds rollup_retention{800 * 24 * 3600};
  std::uint64_t max_size = 10ULL * 1024 * 1024 * 1024;

  /// Whether requests are served while no record of them can be kept.
  bool serves_unrecorded() const { return on_failure == OnFailure::fail_open; }
};

/// What the platform tells the process about its identity in environment variables, read once with
/// the configuration (azure-protocol.md 5.2). Empty: not set.
struct HostEnvironment {
  std::string identity_endpoint;     ///< IDENTITY_ENDPOINT
  Secret identity_header;            ///< IDENTITY_HEADER
  std::string imds_endpoint;         ///< IMDS_ENDPOINT: the host is under Azure Arc
  std::string msi_endpoint;          ///< MSI_ENDPOINT
  Secret msi_secret;                 ///< MSI_SECRET
  std::string tenant_id;             ///< AZURE_TENANT_ID
  std::string client_id;             ///< AZURE_CLIENT_ID
  Secret client_secret;              ///< AZURE_CLIENT_SECRET
  std::string certificate;           ///< AZURE_CLIENT_CERTIFICATE_PATH
  std::string federated_token_file;  ///< AZURE_FEDERATED_TOKEN_FILE
  std::string token_credentials;     ///< AZURE_TOKEN_CREDENTIALS
  bool operator==(const HostEnvironment&) const = default;
};

/// What `default` comes to on this host, and why, for the log.
struct DefaultChoice {
  Credential credential;  ///< never a DefaultCredential
  std::string reason;
  bool operator==(const DefaultChoice&) const = default;
};

struct Identity {
  /// Where managed identity tokens come from (azure-protocol.md 5.2, IMDS).
  std::string imds_endpoint = "http://169.254.169.254";
  /// Where secrets and assertions are exchanged; default: AZURE_AUTHORITY_HOST, then
  /// authentication.entra.authority.
  std::string authority = "https://login.microsoftonline.com";
  HostEnvironment environment;
  std::optional<EgressProxy> egress_proxy;  ///< towards Entra ID; managed identity is on the host
  std::optional<DefaultChoice> default_choice;  ///< set wherever a credential is `default`
  bool operator==(const Identity&) const = default;
};

/// What reports go by.
struct Reports {
  TimeZone time_zone;  ///< whose days, weeks and months they are of
};

/// One whole configuration: valid, complete, immutable once loaded.
struct Config {
  Gateway gateway;
  std::vector<Listener> listeners;
  Admin admin;
  Limits limits;
  Authentication authentication;
  std::vector<Client> clients;
  std::vector<Backend> backends;
  std::vector<Model> models;
  Operations operations;
  RetryBudget retry_budget;
  Identity identity;
  Ledger ledger;
  std::vector<Exporter> exporters;
  Logging logging;
  Audit audit;
  Prices prices;
  Reports reports;
  Quotas quotas;
  Objects objects;
};

/// Whether anything of anybody's exchanges is kept: there is an audit trail.
bool keeps_exchanges(const Config& config);

/// The file beside the ledger that says how far rows of the audit trail were given out; another one
/// stands beside the trail's database (docs/audit.md, Restoring a backup).
std::string trail_mark_path(const Config& config);

}  // namespace tollgate::config
