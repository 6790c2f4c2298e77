// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "managed_identity.hpp"

#include <utility>

#include "token_answer.hpp"
#include "tollgate/http/url.hpp"

namespace tollgate::credentials {
namespace {

/// IMDS wants the audience: the scope without its /.default.
std::string resource_of(const std::string& scope) {
  constexpr std::string_view kDefault = "/.default";
  const bool has = scope.size() > kDefault.size() &&
                   scope.compare(scope.size() - kDefault.size(), kDefault.size(), kDefault) == 0;
  return has ? scope.substr(0, scope.size() - kDefault.size()) : scope;
}

}  // namespace

ManagedIdentitySource::ManagedIdentitySource(config::ManagedIdentityCredential credential,
                                             std::string endpoint, const std::string& scope,
                                             http::Transport& transport)
    : url_(std::move(endpoint)), transport_(transport) {
  url_ += "/metadata/identity/oauth2/token?api-version=2018-02-01&resource=" +
          http::percent_encode(resource_of(scope));
  if (!credential.client_id.empty()) url_ += "&client_id=" + credential.client_id;
}

boost::asio::awaitable<Result<AccessToken>> ManagedIdentitySource::token(UtcTime now) {
  http::ClientRequest request;
  request.url = url_;
  request.fields = {{"Metadata", "true"}};
  const Result<http::ClientResponse> answer = co_await transport_.send(std::move(request));
  if (!answer) co_return answer.error();
  co_return read_token_answer(*answer, now);
}

}  // namespace tollgate::credentials
