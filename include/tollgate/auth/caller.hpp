// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "tollgate/config/config.hpp"

namespace tollgate::auth {

enum class AuthMethod { api_key, entra, custom_header, client_certificate };

/// How much a record's identity is worth: `verified` was proven to the gateway, `backend_accepted`
/// was proven to the backend, `asserted` is the caller's word.
enum class CallerProof { verified, backend_accepted, asserted };

std::string_view to_string(AuthMethod method);
std::string_view to_string(CallerProof proof);

/// Who pays for an operation, and how that was proven.
struct Caller {
  /// Lives as long as the configuration that it is from; never null in a Caller that was proven.
  const config::Client* client = nullptr;
  AuthMethod method = AuthMethod::api_key;
  /// `asserted`: only a backend that checks the caller itself may get the request.
  CallerProof proof = CallerProof::verified;
  std::string key_name;   ///< which API key, for roll-over
  std::string tenant_id;  ///< Entra `tid`
  std::string app_id;     ///< Entra `appid` or `azp`
  std::string object_id;  ///< Entra `oid`
  /// The custom header's value, cut to 256 bytes and sanitised; of a caller by certificate the name
  /// in it that matched, as "uri:...", "dns:..." or "subject:...".
  std::string custom_id;
};

}  // namespace tollgate::auth
