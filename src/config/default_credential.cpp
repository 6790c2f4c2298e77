// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>

#include "settings.hpp"
#include "tollgate/base/text.hpp"
#include "tollgate/config/values.hpp"

namespace tollgate::config {
namespace {

Error unusable(std::string why) { return {Errc::invalid_input, std::move(why)}; }

/// Which links of the chain AZURE_TOKEN_CREDENTIALS leaves.
struct Chain {
  bool environment = true;
  bool workload_identity = true;
  bool managed_identity = true;
};

Result<Chain> narrowed_chain(const std::string& wanted) {
  constexpr std::array kDeveloper{"dev",
                                  "azureclicredential",
                                  "azuredeveloperclicredential",
                                  "azurepowershellcredential",
                                  "visualstudiocredential",
                                  "visualstudiocodecredential",
                                  "interactivebrowsercredential"};
  const std::string value = to_lower(trim(wanted));
  if (value.empty() || value == "prod") return Chain{};
  if (value == "environmentcredential") return Chain{true, false, false};
  if (value == "workloadidentitycredential") return Chain{false, true, false};
  if (value == "managedidentitycredential") return Chain{false, false, true};
  if (std::find(kDeveloper.begin(), kDeveloper.end(), value) != kDeveloper.end()) {
    return unusable(
        "AZURE_TOKEN_CREDENTIALS asks for a developer's own login, which a gateway does not use");
  }
  return unusable("AZURE_TOKEN_CREDENTIALS must be prod or the name of one credential");
}

/// Completes an application's credential with the two ids.
template <class ApplicationCredential>
Result<DefaultChoice> with_ids(const HostEnvironment& host, ApplicationCredential credential,
                               const char* reason) {
  const auto tenant = parse_guid(host.tenant_id);
  if (!tenant) return unusable("AZURE_TENANT_ID must be a GUID");
  const auto client = parse_guid(host.client_id);
  if (!client) return unusable("AZURE_CLIENT_ID must be a GUID");
  credential.tenant_id = *tenant;
  credential.client_id = *client;
  return DefaultChoice{std::move(credential), reason};
}

Result<DefaultChoice> from_secret(const HostEnvironment& host) {
  return with_ids(
      host, ClientSecretCredential{.secret = host.client_secret},
      "client_secret: AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET are set");
}

Result<DefaultChoice> from_certificate(const HostEnvironment& host) {
  return with_ids(host, ClientCertificateCredential{.certificate = host.certificate},
                  "client_certificate: AZURE_TENANT_ID, AZURE_CLIENT_ID and "
                  "AZURE_CLIENT_CERTIFICATE_PATH are set");
}

Result<DefaultChoice> from_federation(const HostEnvironment& host) {
  return with_ids(host, WorkloadIdentityCredential{.token_file = host.federated_token_file},
                  "workload_identity: AZURE_TENANT_ID, AZURE_CLIENT_ID and "
                  "AZURE_FEDERATED_TOKEN_FILE are set");
}

Result<DefaultChoice> from_host(const HostEnvironment& host, bool asked_for) {
  ManagedIdentityCredential out;
  std::string reason = asked_for ? "managed_identity: AZURE_TOKEN_CREDENTIALS asks for it"
                                 : "managed_identity: no application is in the environment";
  if (!host.client_id.empty()) {
    const auto client = parse_guid(host.client_id);
    if (!client) return unusable("AZURE_CLIENT_ID must be a GUID");
    out.client_id = *client;
    reason.append(", AZURE_CLIENT_ID names the identity");
  }
  return DefaultChoice{out, std::move(reason)};
}

}  // namespace

Result<DefaultChoice> choose_default_credential(const HostEnvironment& host) {
  const Result<Chain> chain = narrowed_chain(host.token_credentials);
  if (!chain) return chain.error();
  const bool has_ids = !host.tenant_id.empty() && !host.client_id.empty();
  if (chain->environment && has_ids && !host.client_secret.empty()) return from_secret(host);
  if (chain->environment && has_ids && !host.certificate.empty()) return from_certificate(host);
  if (chain->workload_identity && has_ids && !host.federated_token_file.empty()) {
    return from_federation(host);
  }
  if (chain->managed_identity) return from_host(host, !chain->environment);
  return unusable("AZURE_TOKEN_CREDENTIALS asks for " + std::string(trim(host.token_credentials)) +
                  ", but its variables are not all set");
}

}  // namespace tollgate::config
