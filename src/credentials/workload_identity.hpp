// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include "token_fetcher.hpp"
#include "token_request.hpp"
#include "tollgate/config/config.hpp"

namespace tollgate::credentials {

/// Tokens for the platform's own token, which it keeps in a file and rotates (azure-protocol.md
/// 5.2).
class WorkloadIdentityFetcher : public TokenFetcher {
 public:
  WorkloadIdentityFetcher(const config::WorkloadIdentityCredential& credential,
                          std::string authority, std::string scope, http::Transport& transport);

  boost::asio::awaitable<FetchResult> fetch(UtcTime now) override;

 private:
  const Application application_;
  const std::string token_file_;
  http::Transport& transport_;
};

}  // namespace tollgate::credentials
