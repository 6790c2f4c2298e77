// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "tollgate/http/transport.hpp"

namespace tollgate::credentials {

/// An application that asks Entra for a token in its own name (azure-protocol.md 5.1).
struct Application {
  std::string authority;  ///< https://host
  std::string tenant_id;
  std::string client_id;
  std::string scope;

  /// Also the audience of an assertion.
  std::string token_endpoint() const;
};

/// The request that shows the application's secret. Its body holds the secret.
http::ClientRequest request_with_secret(const Application& application, std::string_view secret);

/// The request that shows a signed assertion: the application's own, or a federated token.
http::ClientRequest request_with_assertion(const Application& application,
                                           std::string_view assertion);

/// Managed identities take an audience: the scope without its /.default.
std::string resource_of(std::string_view scope);

}  // namespace tollgate::credentials
