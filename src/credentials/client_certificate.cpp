// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "client_certificate.hpp"

#include <utility>

#include "client_assertion.hpp"
#include "credential_file.hpp"
#include "token_answer.hpp"

namespace tollgate::credentials {
namespace {

constexpr std::size_t kLargestFile = 256 * 1024;

}  // namespace

ClientCertificateFetcher::ClientCertificateFetcher(config::ClientCertificateCredential credential,
                                                   std::string authority, std::string scope,
                                                   http::Transport& transport)
    : credential_(std::move(credential)),
      application_{std::move(authority), credential_.tenant_id, credential_.client_id,
                   std::move(scope)},
      transport_(transport) {}

Result<std::string> ClientCertificateFetcher::assertion(UtcTime now) const {
  const auto certificates =
      read_credential_file(credential_.certificate, kLargestFile, Links::follow);
  if (!certificates) return certificates.error();
  Result<Secret> key = *certificates;
  if (!credential_.private_key.empty()) {
    key = read_credential_file(credential_.private_key, kLargestFile, Links::follow);
    if (!key) return key.error();
  }
  const auto certificate = SigningCertificate::from_pem(certificates->reveal(), key->reveal());
  if (!certificate) return certificate.error();
  return make_assertion(
      *certificate, credential_.algorithm, credential_.send_certificate_chain,
      {application_.token_endpoint(), application_.client_id, make_uuid_v4(), now});
}

boost::asio::awaitable<FetchResult> ClientCertificateFetcher::fetch(UtcTime now) {
  const Result<std::string> proof = assertion(now);
  if (!proof) co_return proof.error();
  http::ClientRequest request = request_with_assertion(application_, *proof);
  const Result<http::ClientResponse> answer = co_await transport_.send(std::move(request));
  if (!answer) co_return answer.error();
  co_return read_token_answer(*answer, now);
}

}  // namespace tollgate::credentials
