// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "token_fetcher.hpp"
#include "tollgate/config/config.hpp"
#include "tollgate/http/transport.hpp"

namespace tollgate::credentials {

/// Who gives out the host's tokens (azure-protocol.md 5.2).
enum class IdentityService {
  app_service,  ///< App Service, Functions, Container Apps: 2019-08-01
  app_service_2017,
  azure_arc,
  imds,  ///< virtual machines
};

/// What the environment points to, in the order of Azure's own libraries. Cloud Shell (MSI_ENDPOINT
/// alone) is left out: it is a person's session, not the host of a gateway.
IdentityService find_identity_service(const config::HostEnvironment& host);

/// The request for a token of the credential's identity. Error invalid_input: the service cannot
/// tell identities apart by what the credential names; it would give out another one's token.
Result<http::ClientRequest> managed_identity_request(
    IdentityService service, const config::ManagedIdentityCredential& credential,
    const config::Identity& identity, const std::string& scope);

/// Tokens of the host's managed identity from all services but Azure Arc (azure_arc.hpp).
class ManagedIdentityFetcher : public TokenFetcher {
 public:
  ManagedIdentityFetcher(http::ClientRequest request, http::Transport& transport);

  boost::asio::awaitable<FetchResult> fetch(UtcTime now) override;

 private:
  const http::ClientRequest request_;
  http::Transport& transport_;
};

/// Where the agent of Azure Arc keeps its keys.
inline constexpr const char* kArcKeyDirectory = "/var/opt/azcmagent/tokens";

/// The fetcher for the service that the environment points to; what is wrong with the credential
/// there is said at each fetch. Tests give Arc's keys another directory.
std::unique_ptr<TokenFetcher> make_managed_identity_fetcher(
    const config::ManagedIdentityCredential& credential, const config::Identity& identity,
    const std::string& scope, http::Transport& transport,
    std::string arc_key_directory = kArcKeyDirectory);

}  // namespace tollgate::credentials
