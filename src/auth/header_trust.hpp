// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <set>
#include <string>
#include <vector>

#include "tollgate/auth/authenticator.hpp"
#include "tollgate/base/network.hpp"
#include "tollgate/config/config.hpp"

namespace tollgate::auth {

/// Whose word the custom header is believed on: the TCP peer's network, or the certificate that the
/// connection proved. Immutable.
class HeaderTrust {
 public:
  HeaderTrust() = default;
  explicit HeaderTrust(const config::CustomHeaderAuthentication& settings);

  bool covers(const RequestProof& proof, UtcTime now) const;

 private:
  std::vector<Network> networks_;
  std::set<std::string> certificates_;
};

/// The proof's certificate, unless it has expired since its handshake.
const CertificateIdentity* valid_certificate(const RequestProof& proof, UtcTime now);

}  // namespace tollgate::auth
