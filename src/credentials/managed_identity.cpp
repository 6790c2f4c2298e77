// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "managed_identity.hpp"

#include <utility>

#include "azure_arc.hpp"
#include "token_answer.hpp"
#include "token_request.hpp"
#include "tollgate/http/percent.hpp"

namespace tollgate::credentials {
namespace {

/// An interface, and the query parameters by which it knows user-assigned identities; null: not at
/// all.
struct Interface {
  std::string endpoint;
  const char* version;
  http::Fields fields;
  const char* client_id;
  const char* object_id;
  const char* resource_id;
};

/// One row per service.
Interface interface_of(IdentityService service, const config::Identity& identity) {
  const config::HostEnvironment& host = identity.environment;
  switch (service) {
    case IdentityService::app_service:
      return {host.identity_endpoint,
              "2019-08-01",
              {{"X-IDENTITY-HEADER", std::string(host.identity_header.reveal())}},
              "client_id",
              "principal_id",
              "mi_res_id"};
    case IdentityService::app_service_2017:
      return {host.msi_endpoint, "2017-09-01", {{"secret", std::string(host.msi_secret.reveal())}},
              "clientid",        nullptr,      nullptr};
    case IdentityService::azure_arc:
      return {
          host.identity_endpoint, "2019-11-01", {{"Metadata", "true"}}, nullptr, nullptr, nullptr};
    case IdentityService::imds:
      break;
  }
  return {identity.imds_endpoint + "/metadata/identity/oauth2/token",
          "2018-02-01",
          {{"Metadata", "true"}},
          "client_id",
          "object_id",
          "msi_res_id"};
}

Result<std::string> which_identity(const config::ManagedIdentityCredential& credential,
                                   const Interface& interface) {
  const std::pair<const char*, const std::string&> names[] = {
      {interface.client_id, credential.client_id},
      {interface.object_id, credential.object_id},
      {interface.resource_id, credential.resource_id}};
  for (const auto& [name, value] : names) {
    if (value.empty()) continue;
    if (name == nullptr) {
      return Error{Errc::invalid_input,
                   "this host's identity service does not know identities by that id"};
    }
    return std::string("&").append(name).append("=").append(http::percent_encode(value));
  }
  return std::string();
}

/// For a credential that cannot work here.
class UnusableFetcher : public TokenFetcher {
 public:
  explicit UnusableFetcher(Error error) : error_(std::move(error)) {}
  boost::asio::awaitable<FetchResult> fetch(UtcTime) override { co_return error_; }

 private:
  const Error error_;
};

}  // namespace

IdentityService find_identity_service(const config::HostEnvironment& host) {
  if (!host.identity_endpoint.empty() && !host.identity_header.empty())
    return IdentityService::app_service;
  if (!host.msi_endpoint.empty() && !host.msi_secret.empty())
    return IdentityService::app_service_2017;
  if (!host.identity_endpoint.empty() && !host.imds_endpoint.empty())
    return IdentityService::azure_arc;
  return IdentityService::imds;
}

Result<http::ClientRequest> managed_identity_request(
    IdentityService service, const config::ManagedIdentityCredential& credential,
    const config::Identity& identity, const std::string& scope) {
  const Interface interface = interface_of(service, identity);
  const Result<std::string> which = which_identity(credential, interface);
  if (!which) return which.error();
  http::ClientRequest out;
  out.url = interface.endpoint + "?api-version=" + interface.version +
            "&resource=" + http::percent_encode(resource_of(scope)) + *which;
  out.fields = interface.fields;
  return out;
}

ManagedIdentityFetcher::ManagedIdentityFetcher(http::ClientRequest request,
                                               http::Transport& transport)
    : request_(std::move(request)), transport_(transport) {}

boost::asio::awaitable<FetchResult> ManagedIdentityFetcher::fetch(UtcTime now) {
  const Result<http::ClientResponse> answer = co_await transport_.send(request_);
  if (!answer) co_return answer.error();
  co_return read_token_answer(*answer, now);
}

std::unique_ptr<TokenFetcher> make_managed_identity_fetcher(
    const config::ManagedIdentityCredential& credential, const config::Identity& identity,
    const std::string& scope, http::Transport& transport, std::string arc_key_directory) {
  const IdentityService service = find_identity_service(identity.environment);
  Result<http::ClientRequest> request =
      managed_identity_request(service, credential, identity, scope);
  if (!request) return std::make_unique<UnusableFetcher>(request.error());
  if (service == IdentityService::azure_arc) {
    return std::make_unique<AzureArcFetcher>(std::move(*request), std::move(arc_key_directory),
                                             transport);
  }
  return std::make_unique<ManagedIdentityFetcher>(std::move(*request), transport);
}

}  // namespace tollgate::credentials
