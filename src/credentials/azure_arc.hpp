// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "token_fetcher.hpp"
#include "tollgate/http/transport.hpp"

namespace tollgate::credentials {

/// The file that a challenge (WWW-Authenticate: Basic realm=PATH) names. The agent's word decides
/// only which of its own keys is read: PATH must stand directly in `directory` and end in .key.
/// Error protocol.
Result<std::string> arc_key_path(std::string_view challenge, std::string_view directory);

/// Tokens of a machine under Azure Arc (azure-protocol.md 5.2): the agent answers 401 and names a
/// file that only its group may read; the file's contents are the proof of the second request.
class AzureArcFetcher : public TokenFetcher {
 public:
  /// `request` as for any managed identity; `directory` without a slash at the end.
  AzureArcFetcher(http::ClientRequest request, std::string directory, http::Transport& transport);

  boost::asio::awaitable<FetchResult> fetch(UtcTime now) override;

 private:
  Result<http::ClientRequest> answer_to(const http::ClientResponse& challenge) const;

  const http::ClientRequest request_;
  const std::string directory_;
  http::Transport& transport_;
};

}  // namespace tollgate::credentials
