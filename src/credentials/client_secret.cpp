// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "client_secret.hpp"

#include <utility>

#include "token_answer.hpp"
#include "tollgate/http/url.hpp"

namespace tollgate::credentials {

ClientSecretSource::ClientSecretSource(config::ClientSecretCredential credential,
                                       std::string authority, std::string scope,
                                       http::Transport& transport)
    : credential_(std::move(credential)),
      authority_(std::move(authority)),
      scope_(std::move(scope)),
      transport_(transport) {}

boost::asio::awaitable<Result<AccessToken>> ClientSecretSource::token(UtcTime now) {
  http::ClientRequest request;
  request.method = "POST";
  request.url = authority_ + "/" + credential_.tenant_id + "/oauth2/v2.0/token";
  request.fields = {{"Content-Type", "application/x-www-form-urlencoded"}, {"Accept", "application/json"}};
  request.body = "grant_type=client_credentials&client_id=" + credential_.client_id +
                 "&scope=" + http::percent_encode(scope_) +
                 "&client_secret=" + http::percent_encode(credential_.secret.reveal());
  const Result<http::ClientResponse> answer = co_await transport_.send(std::move(request));
  if (!answer) co_return answer.error();
  co_return read_token_answer(*answer, now);
}

}  // namespace tollgate::credentials
