// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include "tollgate/credentials/authorizer.hpp"

namespace tollgate::credentials {

/// The caller's own Entra token goes on to the backend. What is not a token, such as one of the
/// gateway's own API keys sent as a bearer value, never does.
class PassThroughAuthorizer : public Authorizer {
 public:
  boost::asio::awaitable<Result<CredentialHeader>> header(
      UtcTime now, std::string_view caller_authorization) override;
};

}  // namespace tollgate::credentials
