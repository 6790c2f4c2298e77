// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include "token_fetcher.hpp"
#include "token_request.hpp"
#include "tollgate/config/config.hpp"

namespace tollgate::credentials {

/// Tokens for an application with a certificate (azure-protocol.md 5.1). The files are read for
/// each fetch, so that a renewed certificate is used from the next one on. While they do not fit
/// each other (a renewal in progress) the fetch fails and the cache bridges it.
class ClientCertificateFetcher : public TokenFetcher {
 public:
  ClientCertificateFetcher(config::ClientCertificateCredential credential, std::string authority,
                           std::string scope, http::Transport& transport);

  boost::asio::awaitable<FetchResult> fetch(UtcTime now) override;

 private:
  Result<std::string> assertion(UtcTime now) const;

  const config::ClientCertificateCredential credential_;
  const Application application_;
  http::Transport& transport_;
};

}  // namespace tollgate::credentials
