// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "tollgate/base/time.hpp"

namespace tollgate {

/// What a peer's verified certificate says of its owner, each name in the one spelling that a
/// configuration uses.
struct CertificateIdentity {
  std::string subject;  ///< as `openssl x509 -noout -subject -nameopt RFC2253` prints it
  std::vector<std::string> dns_names;  ///< subject alternative names, in lower case
  std::vector<std::string> uris;       ///< subject alternative names, as they are
  UtcTime expires_at;                  ///< a connection or resumed session may outlive it
};

}  // namespace tollgate
