// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "tollgate/config/config.hpp"
#include "tollgate/credentials/token_source.hpp"
#include "tollgate/http/transport.hpp"

namespace tollgate::credentials {

/// Tokens for an application with a secret (azure-protocol.md 5.1).
class ClientSecretSource : public TokenSource {
 public:
  ClientSecretSource(config::ClientSecretCredential credential, std::string authority,
                     std::string scope, http::Transport& transport);

  boost::asio::awaitable<Result<AccessToken>> token(UtcTime now) override;

 private:
  config::ClientSecretCredential credential_;
  std::string authority_;
  std::string scope_;
  http::Transport& transport_;
};

}  // namespace tollgate::credentials
