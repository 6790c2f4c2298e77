// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "tollgate/config/config.hpp"
#include "tollgate/credentials/token_source.hpp"
#include "tollgate/http/transport.hpp"

namespace tollgate::credentials {

/// Tokens of the host's managed identity from IMDS (azure-protocol.md 5.2).
class ManagedIdentitySource : public TokenSource {
 public:
  ManagedIdentitySource(config::ManagedIdentityCredential credential, std::string endpoint,
                        const std::string& scope, http::Transport& transport);

  boost::asio::awaitable<Result<AccessToken>> token(UtcTime now) override;

 private:
  std::string url_;
  http::Transport& transport_;
};

}  // namespace tollgate::credentials
