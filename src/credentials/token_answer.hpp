// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include "tollgate/base/error.hpp"
#include "tollgate/credentials/token_source.hpp"
#include "tollgate/http/transport.hpp"

namespace tollgate::credentials {

/// Reads a token answer of Entra or a managed identity endpoint: lifetimes as numbers or numeric strings,
/// `expires_in` or `expires_on` (azure-protocol.md 5.1 to 5.3). Failures become unauthenticated (the issuer
/// refused), throttled, unavailable (404, 410, 5xx: later it may work) or protocol; the message names the
/// issuer's error code, never the credential.
Result<AccessToken> read_token_answer(const http::ClientResponse& answer, UtcTime now);

}  // namespace tollgate::credentials
