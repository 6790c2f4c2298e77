// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "settings.hpp"
#include "tollgate/config/values.hpp"

namespace tollgate::config {
namespace {

/// Platforms set these with a slash at the end.
std::string without_slash(std::string url) {
  while (!url.empty() && url.back() == '/') url.pop_back();
  return url;
}

void read_authority(MappingReader& root, Config& config) {
  if (config.authentication.entra)
    config.identity.authority = config.authentication.entra->authority;
  const std::string host = without_slash(root.host_variable("AZURE_AUTHORITY_HOST"));
  if (host.empty()) return;
  // Secrets and assertions are sent there: only https will do.
  if (const auto fault = endpoint_fault(host, true))
    return root.error("AZURE_AUTHORITY_HOST " + *fault);
  config.identity.authority = host;
}

}  // namespace

HostEnvironment read_host_environment(const MappingReader& reader) {
  HostEnvironment out;
  out.identity_endpoint = reader.host_variable("IDENTITY_ENDPOINT");
  out.identity_header = Secret(reader.host_variable("IDENTITY_HEADER"));
  out.imds_endpoint = reader.host_variable("IMDS_ENDPOINT");
  out.msi_endpoint = reader.host_variable("MSI_ENDPOINT");
  out.msi_secret = Secret(reader.host_variable("MSI_SECRET"));
  out.tenant_id = reader.host_variable("AZURE_TENANT_ID");
  out.client_id = reader.host_variable("AZURE_CLIENT_ID");
  out.client_secret = Secret(reader.host_variable("AZURE_CLIENT_SECRET"));
  out.certificate = reader.host_variable("AZURE_CLIENT_CERTIFICATE_PATH");
  out.federated_token_file = reader.host_variable("AZURE_FEDERATED_TOKEN_FILE");
  out.token_credentials = reader.host_variable("AZURE_TOKEN_CREDENTIALS");
  return out;
}

void declare_identity(MappingReader& root, Config& config) {
  Identity& identity = config.identity;
  identity.egress_proxy = config.gateway.egress_proxy;
  read_authority(root, config);
  identity.environment = read_host_environment(root);
  if (auto choice = choose_default_credential(identity.environment)) {
    identity.default_choice = std::move(*choice);
  }
  const std::string pod = without_slash(root.host_variable("AZURE_POD_IDENTITY_AUTHORITY_HOST"));
  if (!pod.empty()) identity.imds_endpoint = pod;
  root.mapping("identity", "Where the gateway's own Entra tokens come from.", false,
               [&](MappingReader& reader) {
                 reader.endpoint("authority", identity.authority,
                                 "Where secrets and assertions are exchanged for tokens. Default: "
                                 "AZURE_AUTHORITY_HOST, then authentication.entra.authority.",
                                 false, true);
                 reader.text(
                     "imds_endpoint", identity.imds_endpoint,
                     "Where managed identity tokens come from on virtual machines. Default: "
                     "AZURE_POD_IDENTITY_AUTHORITY_HOST, then IMDS.");
                 declare_egress_proxy(reader, identity.egress_proxy,
                                      "The proxy towards Entra ID, for tokens and signing keys. "
                                      "Default: the gateway's.");
               });
}

}  // namespace tollgate::config
