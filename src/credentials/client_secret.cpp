// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "client_secret.hpp"

#include <utility>

#include "token_answer.hpp"

namespace tollgate::credentials {

ClientSecretFetcher::ClientSecretFetcher(const config::ClientSecretCredential& credential,
                                         std::string authority, std::string scope,
                                         http::Transport& transport)
    : application_{std::move(authority), credential.tenant_id, credential.client_id,
                   std::move(scope)},
      secret_(credential.secret),
      transport_(transport) {}

boost::asio::awaitable<FetchResult> ClientSecretFetcher::fetch(UtcTime now) {
  http::ClientRequest request = request_with_secret(application_, secret_.reveal());
  const Result<http::ClientResponse> answer = co_await transport_.send(std::move(request));
  if (!answer) co_return answer.error();
  co_return read_token_answer(*answer, now);
}

}  // namespace tollgate::credentials
