// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include "token_fetcher.hpp"
#include "tollgate/http/transport.hpp"

namespace tollgate::credentials {

/// Reads a token answer of Entra or a managed identity endpoint: lifetimes as numbers or numeric
/// strings, `expires_in` or else `expires_on`, which may also be a date (azure-protocol.md 5.1 to
/// 5.3). Failures become unauthenticated (the issuer refused), throttled, unavailable (404, 410,
/// 5xx: later it may work) or protocol, with the pause of a Retry-After. The message names the
/// status and the AADSTS number or a known OAuth word, nothing else of what the issuer wrote.
FetchResult read_token_answer(const http::ClientResponse& answer, UtcTime now);

}  // namespace tollgate::credentials
