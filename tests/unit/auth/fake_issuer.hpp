// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>
#include <vector>

#include "signer.hpp"
#include "tollgate/http/transport.hpp"

namespace tollgate::auth {

/// Answers as Entra does when asked for metadata and keys (azure-protocol.md 4.2).
class FakeIssuer {
 public:
  static constexpr const char* kAuthority = "https://login.example";

  /// What the key documents of each tenant hold; a tenant that is not here does not exist.
  std::map<std::string, std::vector<nlohmann::json>> keys;

  Result<http::ClientResponse> operator()(const http::ClientRequest& request) const {
    for (const auto& [tenant, list] : keys) {
      const std::string root = std::string(kAuthority) + "/" + tenant;
      for (const std::string version : {"/v2.0", ""}) {
        const std::string documents = root + "/discovery" + version + "/keys";
        if (request.url == root + version + "/.well-known/openid-configuration") {
          return http::ClientResponse{200, {}, nlohmann::json{{"jwks_uri", documents}}.dump()};
        }
        if (request.url == documents) return http::ClientResponse{200, {}, key_document(list)};
      }
    }
    return http::ClientResponse{404, {}, R"({"error":"invalid_tenant"})"};
  }
};

}  // namespace tollgate::auth
