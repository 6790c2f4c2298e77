// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "tollgate/base/time.hpp"

namespace tollgate::net {

/// The time in which a certificate is good.
struct Validity {
  UtcTime begins;
  UtcTime expires;
};

/// A certificate of a file, as a message names it.
struct CertificateInFile {
  std::string subject;  ///< as RFC 2253 writes it; ASCII alone, what is not stands escaped
  Validity validity;
};

/// Those of a PEM file in their order: of a listener's its own first, then those that it is shown
/// with. Up to the first that cannot be read; whether a file can be used, TLS says.
std::vector<CertificateInFile> certificates_in(const std::string& path);

}  // namespace tollgate::net
