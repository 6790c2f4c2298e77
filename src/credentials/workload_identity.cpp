// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "workload_identity.hpp"

#include <utility>

#include "credential_file.hpp"
#include "token_answer.hpp"
#include "tollgate/base/text.hpp"

namespace tollgate::credentials {
namespace {

constexpr std::size_t kLargestToken = 64 * 1024;

}  // namespace

WorkloadIdentityFetcher::WorkloadIdentityFetcher(
    const config::WorkloadIdentityCredential& credential, std::string authority, std::string scope,
    http::Transport& transport)
    : application_{std::move(authority), credential.tenant_id, credential.client_id,
                   std::move(scope)},
      token_file_(credential.token_file),
      transport_(transport) {}

boost::asio::awaitable<FetchResult> WorkloadIdentityFetcher::fetch(UtcTime now) {
  const Result<Secret> token = read_credential_file(token_file_, kLargestToken, Links::follow);
  if (!token) co_return token.error();
  http::ClientRequest request = request_with_assertion(application_, trim(token->reveal()));
  const Result<http::ClientResponse> answer = co_await transport_.send(std::move(request));
  if (!answer) co_return answer.error();
  co_return read_token_answer(*answer, now);
}

}  // namespace tollgate::credentials
