// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include "token_fetcher.hpp"
#include "token_request.hpp"
#include "tollgate/config/config.hpp"

namespace tollgate::credentials {

/// Tokens for an application with a secret (azure-protocol.md 5.1).
class ClientSecretFetcher : public TokenFetcher {
 public:
  ClientSecretFetcher(const config::ClientSecretCredential& credential, std::string authority,
                      std::string scope, http::Transport& transport);

  boost::asio::awaitable<FetchResult> fetch(UtcTime now) override;

 private:
  const Application application_;
  const Secret secret_;
  http::Transport& transport_;
};

}  // namespace tollgate::credentials
