// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "signing_certificate.hpp"
#include "tollgate/base/time.hpp"
#include "tollgate/base/uuid.hpp"

namespace tollgate::credentials {

inline constexpr seconds kAssertionLife{600};

/// What an assertion says (azure-protocol.md 5.1).
struct AssertionClaims {
  std::string audience;   ///< the token endpoint
  std::string client_id;  ///< issuer and subject
  Uuid id;                ///< used once
  UtcTime now;
};

/// A JWT signed with the certificate's key, its header naming the certificate as the algorithm's
/// users do: PS256 by x5t#S256, RS256 by x5t and kid. `with_chain` adds x5c. Error internal.
Result<std::string> make_assertion(const SigningCertificate& certificate,
                                   config::AssertionAlgorithm algorithm, bool with_chain,
                                   const AssertionClaims& claims);

}  // namespace tollgate::credentials
